"""Sentences in English, and the same ones in Russian."""

from __future__ import annotations

from typing import Final

RUSSIAN: Final = {
    "passed": "пройдено",
    "failed": "не пройдено",
    "new": "новое",
    "error": "ошибка",
    "incomplete": "неполная",
    "approved": "одобрено",
    "rejected": "отклонено",
    "running": "выполняется",
    "missing": "не пришло",
    "not compared": "не сравнено",
    "critical": "критический",
    "major": "серьёзный",
    "minor": "незначительный",
    "sending": "отправка",
    "comparing": "сравнение",
    "imported": "импортировано",
    "interrupted": "прервано",
    "Screenshot": "Снимок",
    "Verdict": "Вердикт",
    "What changed": "Что изменилось",
    "not concluded yet": "ещё не завершена",
    "new, there is no reference yet": "новое, эталона ещё нет",
    "expected but not sent": "ожидалось, но не пришло",
    "the same in several shots:": "одинаковое в нескольких снимках:",
    "  and {number} more": "  и ещё {number}",
    " ({seconds:.0f} s)": " ({seconds:.0f} с)",
    " (follows from {cause})": " (следствие {cause})",
    "{areas} that no defect explains": "не объяснено дефектами: {areas}",
    "{matched} of {all} elements matched, {share:.0%} of the area compared": (
        "сопоставлено элементов: {matched} из {all}, сравнено {share:.0%} площади"
    ),
    "{ended} of {all} compared": "сравнено: {ended} из {all}",
    "{done} of {all} shards have ended; the build waits for the others": (
        "закончено частей: {done} из {all}; сборка ждёт остальных"
    ),
    "to approve changes: etalon approve --build {name} NAME ... (or --all)": (
        "принять изменения: etalon approve --build {name} ИМЯ ... (или --all)"
    ),
    "approved: {shots}; the build {name} is now: {verdict}": "одобрено: {shots}; сборка {name} теперь: {verdict}",
    "imported: {shots}": "импортировано: {shots}",
    "not approved: {reason}": "не одобрено: {reason}",
    "not imported: {reason}": "не импортировано: {reason}",
    "not compared: {reason}": "не сравнено: {reason}",
    "{reason}; trying again": "{reason}; пробуем ещё раз",
    "{tool}: {number} found": "{tool}: найдено {number}",
    "{name}: no {kind} picture: {reason}": "{name}: картинки {kind} нет: {reason}",
    "no {kind} picture: {reason}": "картинки {kind} нет: {reason}",
    "no report {path}: {reason}": "отчёта {path} нет: {reason}",
    "the service's report.xml cannot be read: {reason}": "report.xml сервиса не читается: {reason}",
    "the build {name} has ended already; this run is {again}": "сборка {name} уже закончена; этот запуск — {again}",
    "the build {name!r} is finalized and takes no more shots; give this run another name (--build)": (
        "сборка {name!r} закрыта и снимков больше не принимает; назовите этот запуск иначе (--build)"
    ),
    "more than one project has a build {name!r}; choose one with --project": (
        "сборка {name!r} есть не в одном проекте; уточните через --project"
    ),
    "there is no build yet": "сборок ещё нет",
    "there is no build {name!r}": "сборки {name!r} нет",
    "the build {name!r} has not ended, and the time is up (--timeout)": (
        "сборка {name!r} не закончилась, а время вышло (--timeout)"
    ),
    "the build {build!r} has no shot {names}": "в сборке {build!r} нет снимка {names}",
    "{number} changes of the build {build!r} have a signature that begins with {begins}": (
        "в сборке {build!r} подписей, которые начинаются с {begins}: {number}"
    ),
    "{test} has checked {name!r} already; a name stands for one screenshot": (
        "{test} уже проверил {name!r}; имя обозначает один снимок"
    ),
    "{name!r} did not hold still: in {seconds} s no two screenshots in a row were equal; wait for the page, stop "
    "what moves, or ignore its locator": (
        "{name!r} не замирает: за {seconds} с не было двух одинаковых снимков подряд; дождитесь страницы, остановите "
        "то, что движется, или исключите его локатор"
    ),
    "this browser takes no screenshot of a whole page; leave full_page out": (
        "этот браузер не снимает страницу целиком; уберите full_page"
    ),
    "choose what to approve: names of shots, --signature, --verdict, --query, or --all": (
        "скажите, что одобрить: имена снимков, --signature, --verdict, --query или --all"
    ),
    "the comparison {id} has no verdict": "у сравнения {id} нет вердикта",
    # Of a test case that is looked for: «нет тест-кейса с названием …».
    "name": "названием",
    "project": "проектом",
    "variant": "вариантом",
    "no test case has {labels}": "нет тест-кейса с {labels}",
    "more than one test case has {labels}; choose one with --project, --variant or --testcase": (
        "тест-кейсов с {labels} больше одного; уточните через --project, --variant или --testcase"
    ),
    "there is no folder {path}": "папки {path} нет",
    "the folder {path} holds no picture (PNG, JPEG or WebP)": "в папке {path} нет картинок (PNG, JPEG или WebP)",
    "nothing in {path} looks like a pair that another tool left behind; known are {tools}": (
        "в {path} нет пар, которые оставил другой инструмент; известны {tools}"
    ),
    "{path} is three pictures in one; cutting them apart needs: pip install 'etalon-client[explain]'": (
        "{path} — три картинки в одной; чтобы их разрезать, нужно: pip install 'etalon-client[explain]'"
    ),
    "{first} and {second} would both be called {name!r}; a name stands for one picture": (
        "{first} и {second} назывались бы одинаково: {name!r}; имя обозначает одну картинку"
    ),
    "the file {path} cannot be read: {reason}": "файл {path} не читается: {reason}",
    "the file {path} cannot be written: {reason}": "файл {path} не записывается: {reason}",
    "the file {path} is empty": "файл {path} пуст",
    "the file {path} is neither PNG, JPEG nor WebP": "файл {path} — не PNG, не JPEG и не WebP",
    "the file {path} is not JSON: {reason}": "файл {path} — не JSON: {reason}",
    "the file {path} names no shot": "в файле {path} нет ни одного имени",
    "the file {path} names {names} more than once": "в файле {path} {names} встречается не один раз",
    "the file {path} is not a list of names": "в файле {path} не список имён",
    "the name of the file {path} holds characters that cannot be shown; rename it": (
        "в имени файла {path} есть знаки, которые нельзя показать; переименуйте его"
    ),
    "the task {id} is still {state}, and the time is up (--timeout)": (
        "задача {id} всё ещё в состоянии {state}, а время вышло (--timeout)"
    ),
    "the task {id} ended as {state}": "задача {id} закончилась состоянием {state}",
    "the task {id} ended as {state}: {reason}": "задача {id} закончилась состоянием {state}: {reason}",
    "the address {url!r} must begin with http:// or https:// and name a host, as in https://etalon.example.com "
    "(ETALON_URL or --url)": (
        "адрес {url!r} должен начинаться с http:// или https:// и называть хост, например https://etalon.example.com "
        "(ETALON_URL или --url)"
    ),
    "ETALON_API_KEY holds characters that no key has; copy it again": (
        "в ETALON_API_KEY есть знаки, которых в ключах не бывает; скопируйте его ещё раз"
    ),
    "{url} did not answer in JSON; is ETALON_URL the address of Etalon?": (
        "{url} отвечает не в JSON; это точно адрес Etalon в ETALON_URL?"
    ),
    "{url} answered {status} ({reason}), and not as Etalon does; is ETALON_URL its address?": (
        "{url} ответил {status} ({reason}), и не так, как Etalon; это точно его адрес в ETALON_URL?"
    ),
    "{url} did not answer as Etalon does; is ETALON_URL its address, and is the service as new as this client?": (
        "{url} отвечает не так, как Etalon; это точно его адрес в ETALON_URL, и не старее ли сервис этого клиента?"
    ),
    "{url} has not answered, and the time is up (--timeout)": "{url} не отвечает, а время вышло (--timeout)",
    "{url} cannot be asked: {reason}": "к {url} нельзя обратиться: {reason}",
    "{url} cannot be reached: {reason}": "{url} недоступен: {reason}",
    "{url} cannot be reached: there is no such host ({reason})": "{url} недоступен: такого хоста нет ({reason})",
    "{url} has a certificate that is not trusted here: {reason} (SSL_CERT_FILE can name its authority's file)": (
        "сертификату {url} здесь не доверяют: {reason} (SSL_CERT_FILE может назвать файл его центра)"
    ),
    "{url} does not speak HTTPS; does its address begin with http://? ({reason})": (
        "{url} не говорит по HTTPS; не начинается ли его адрес с http://? ({reason})"
    ),
    "{url} speaks HTTPS; its address begins with https://": "{url} говорит по HTTPS; его адрес начинается с https://",
    "the service answered {status}: {reason}": "сервис ответил {status}: {reason}",
    "the service answered {status}: it redirects to {place}; set ETALON_URL to that address": (
        "сервис ответил {status}: он перенаправляет на {place}; укажите в ETALON_URL его настоящий адрес"
    ),
}
RUSSIAN_NOUNS: Final = {
    "defect": ("дефект", "дефекта", "дефектов"),
    "shot": ("снимок", "снимка", "снимков"),
    "changed area": ("изменённая область", "изменённые области", "изменённых областей"),
}


def told(language: str, sentence: str, **values: object) -> str:
    """The sentence, filled; in Russian for `ru`."""
    return (RUSSIAN.get(sentence, sentence) if language == "ru" else sentence).format(**values)


def count(language: str, number: int, noun: str) -> str:
    """`3 shots`, `no shots`; in Russian with the noun's right form."""
    if language != "ru":
        return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
    one, few, many = RUSSIAN_NOUNS[noun]
    teen = number % 100 in range(11, 15)
    form = many if teen else one if number % 10 == 1 else few if number % 10 in (2, 3, 4) else many
    return f"{number or 'нет'} {form}"
