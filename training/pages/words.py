# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""What stands on the pages: English and Russian words of shops, offices, settings and people."""

import random
from dataclasses import dataclass

NAV = {
    "en": "Home|Dashboard|Overview|Orders|Customers|Products|Invoices|Reports|Team|Projects|Calendar|Messages|Files|Settings|Help|Billing|Pricing|About us|Contact|Blog|Features|Careers|Support|Catalogue|New arrivals|Sale|Gift cards|Stores|Shipments|Inventory|Suppliers|Payments|Integrations|API keys|Audit log|Members|Security|Notifications|Profile|Analytics|Users|Roles|Backups|Domains|Servers|Logs|Tickets|Knowledge base|Forum|Events|Docs|Gallery|Components|Layouts|Charts|Tables|Pages|Inbox|Drafts|Sent|Archive|Spam|Trash|Starred",
    "ru": "Главная|Обзор|Заказы|Клиенты|Товары|Счета|Отчёты|Команда|Проекты|Календарь|Сообщения|Файлы|Настройки|Помощь|Оплата|Тарифы|О компании|Контакты|Блог|Возможности|Вакансии|Поддержка|Каталог|Новинки|Распродажа|Подарочные карты|Магазины|Отгрузки|Склад|Поставщики|Платежи|Интеграции|Ключи API|Журнал событий|Участники|Безопасность|Уведомления|Профиль|Аналитика|Пользователи|Роли|Резервные копии|Домены|Серверы|Обращения|База знаний|События|Документы|Галерея|Таблицы|Входящие|Черновики|Отправленные|Архив|Корзина|Избранное|Сотрудники|Договоры|Задачи|Расписание",
}
ACTION = {
    "en": "Save|Save changes|Cancel|Delete|Add to cart|Buy now|Sign in|Sign up|Log out|Continue|Back|Next|Submit|Search|Apply|Reset|Upload|Download|Export CSV|Invite member|Create project|New invoice|Send message|Reply|Edit|Share|Copy link|Learn more|Get started|Start free trial|View details|See all|Load more|Subscribe|Follow|Confirm|Retry|Close|OK|Yes|No|Done|Publish|Preview|Connect|Pay $49.00|Checkout|Track order|Book a demo|Contact sales|Add filter|Clear all|Select all|Import|Print|Refresh|Upgrade|Restart server|Approve|Reject|Assign to me|Mark as read|Mute|Archive|Remove|Change password|Forgot password?|Generate report|Join call|Try again",
    "ru": "Сохранить|Сохранить изменения|Отмена|Удалить|В корзину|Купить сейчас|Войти|Зарегистрироваться|Выйти|Продолжить|Назад|Далее|Отправить|Найти|Применить|Сбросить|Загрузить|Скачать|Экспорт в CSV|Пригласить|Создать проект|Новый счёт|Написать|Ответить|Изменить|Поделиться|Скопировать ссылку|Подробнее|Начать|Попробовать бесплатно|Показать всё|Показать ещё|Подписаться|Подтвердить|Повторить|Закрыть|ОК|Да|Нет|Готово|Опубликовать|Просмотр|Подключить|Оплатить 4 900 ₽|Оформить заказ|Отследить заказ|Заказать звонок|Добавить фильтр|Очистить|Выбрать все|Импорт|Печать|Обновить|Перезапустить|Одобрить|Отклонить|Назначить мне|Прочитано|В архив|Убрать|Сменить пароль|Забыли пароль?|Сформировать отчёт",
}
FIELD = {
    "en": "Email|Email address|Password|Full name|First name|Last name|Company|Phone|Phone number|Address|City|ZIP code|Country|State|Card number|Expiry date|CVC|Username|Job title|Department|Website|Subject|Message|Comment|Quantity|Amount|Date of birth|Start date|End date|Time zone|Language|Currency|Delivery method|Payment method|Category|Priority|Status|Assignee|Project name|Description|Tags|Coupon code|Title|Notes|Tax ID|Reference number|Repeat password|Search|Sort by|Role|Plan|Period|Warehouse|Size|Color",
    "ru": "Эл. почта|Адрес почты|Пароль|Фамилия и имя|Имя|Фамилия|Отчество|Компания|Телефон|Номер телефона|Адрес|Город|Индекс|Страна|Регион|Номер карты|Срок действия|Логин|Должность|Отдел|Сайт|Тема|Сообщение|Комментарий|Количество|Сумма|Дата рождения|Дата начала|Дата окончания|Часовой пояс|Язык|Валюта|Способ доставки|Способ оплаты|Категория|Приоритет|Статус|Исполнитель|Название проекта|Описание|Метки|Промокод|Заголовок|Примечание|ИНН|Номер договора|Повторите пароль|Поиск|Сортировка|Роль|Тариф|Период|Склад|Размер|Цвет",
}
CHOICE = {
    "en": "Email me when someone replies|Weekly summary on Mondays|News and offers|Remember me|I agree to the terms|Keep me signed in|Show archived|Dark mode|Use large text|Two-factor authentication|Make profile public|Every day|Once a week|Never|Courier|Pick-up point|By post|Credit card|Bank transfer|Cash on delivery|Small|Medium|Large|Only in stock|Free shipping|On sale|Autosave|Sync over Wi-Fi only|Location access|Sound|Vibration|Do not disturb|Monthly|Yearly|Private|Public|Administrator|Editor|Viewer|Auto update|Allow comments|Show e-mail|English|German|Ship to another address|Gift wrap|Subscribe to newsletter|Enable API|Compact view|Red|Blue|4 stars and up|Under $50",
    "ru": "Присылать письмо об ответах|Сводка за неделю по понедельникам|Новости и акции|Запомнить меня|Согласен с условиями|Не выходить из системы|Показывать архив|Тёмная тема|Крупный шрифт|Двухэтапный вход|Открытый профиль|Каждый день|Раз в неделю|Никогда|Курьером|Самовывоз|Почтой|Картой онлайн|По счёту|Наличными|Маленький|Средний|Большой|Только в наличии|Бесплатная доставка|Со скидкой|Автосохранение|Только по Wi-Fi|Доступ к геопозиции|Звук|Вибрация|Не беспокоить|Ежемесячно|За год|Закрытый|Открытый|Администратор|Редактор|Наблюдатель|Обновлять автоматически|Разрешить комментарии|Показывать почту|Русский|Английский|Другой адрес доставки|Подарочная упаковка|Подписаться на рассылку|Компактный вид|Красный|Синий|От 4 звёзд|До 3 000 ₽",
}
OPTION = {
    "en": "Choose...|All categories|Newest first|Price: low to high|United States|Germany|Last 30 days|This week|Today|10 per page|25 per page|High|Normal|Low|Open|In progress|Closed|English|(UTC+3) Moscow|(UTC) London|USD|EUR|Administrator|Standard|Any size|M|42|Main warehouse|Not selected|2026|January",
    "ru": "Выберите...|Все категории|Сначала новые|По возрастанию цены|Россия|Казахстан|За 30 дней|За неделю|Сегодня|По 10 на странице|По 25|Высокий|Обычный|Низкий|Открыт|В работе|Закрыт|Русский|Москва (UTC+3)|Самара (UTC+4)|₽|Руб.|Администратор|Обычная|Любой размер|M|42|Основной склад|Не выбрано|2026|Январь",
}
HEADING = {
    "en": "Account settings|Recent orders|Your cart|Personal details|Notifications|Team members|Monthly report|Sales by region|Latest news|Frequently asked questions|Contact us|Delivery address|Payment details|Upcoming events|Activity|Storage|Popular products|Customer reviews|Getting started|System status|Recent messages|Open tickets|Top pages|Revenue|Traffic sources|My documents|Change password|Choose your plan|Welcome back|Create an account|Filters|Preferences|Privacy|Devices|Order summary|Related articles|What our customers say|Shipping|Performance|Backup schedule",
    "ru": "Настройки аккаунта|Последние заказы|Ваша корзина|Личные данные|Уведомления|Участники команды|Отчёт за месяц|Продажи по регионам|Новости|Частые вопросы|Свяжитесь с нами|Адрес доставки|Данные для оплаты|Ближайшие события|Активность|Хранилище|Популярные товары|Отзывы покупателей|С чего начать|Состояние системы|Новые сообщения|Открытые обращения|Выручка|Источники трафика|Мои документы|Смена пароля|Выберите тариф|С возвращением|Создать аккаунт|Фильтры|Предпочтения|Конфиденциальность|Устройства|Ваш заказ|Похожие статьи|Доставка|Производительность|Расписание копий",
}
SENTENCE = {
    "en": "We ship within two working days.|The report was sent to your e-mail.|Choose how you would like to hear from us.|Your plan renews on 14 March 2027.|Nobody outside your team can see this.|You have used 7.4 GB of 15 GB.|A clear and quiet place to keep what matters, shared with the people you work with.|Prices include VAT; delivery is calculated at checkout.|This device was last seen yesterday at 18:42 in Leeds.|Read the guide before you connect a second warehouse.|The file is larger than 25 MB and cannot be uploaded.|Made of recycled cotton, washed at thirty degrees, dries in an hour.|Contact the administrator if the problem does not go away.|Nothing here yet.|Every change is kept for ninety days and can be undone.|Three colleagues commented on the new layout last night.|The old harbour was rebuilt in 1987 and now houses a museum, two cafes and a library.|Please use at least eight characters.",
    "ru": "Отправляем в течение двух рабочих дней.|Отчёт отправлен на вашу почту.|Выберите, как с вами связаться.|Тариф продлится 14 марта 2027 года.|Никто вне команды этого не увидит.|Занято 7,4 ГБ из 15 ГБ.|Тихое и понятное место для всего важного, общее с теми, с кем вы работаете.|Цены указаны с НДС, доставка считается при оформлении.|Последний вход вчера в 18:42 из Казани.|Прочитайте инструкцию, прежде чем подключать второй склад.|Файл больше 25 МБ, загрузить его нельзя.|Переработанный хлопок, стирка при тридцати градусах, сохнет за час.|Если ошибка повторяется, напишите администратору.|Здесь пока ничего нет.|Изменения хранятся девяносто дней, их можно отменить.|Трое коллег вчера вечером обсудили новый макет.|Старый порт перестроили в 1987 году, теперь там музей, два кафе и библиотека.|Не меньше восьми символов.",
}
ITEM = {
    "en": "Desk lamp Alba|Walnut shelf|Wool blanket|Ceramic mug 350 ml|Noise-cancelling headphones|Trail backpack 28 l|Linen shirt|Espresso machine|USB-C hub, 7 ports|Office chair Nord|Running shoes|Notebook A5, dotted|Standing desk|Bluetooth speaker|Rain jacket|Board game Harbour|Kitchen scale|Bedside table|Mechanical keyboard|Travel adapter|Yoga mat|Garden hose 20 m|Smart bulb E27|Winter hat",
    "ru": "Настольная лампа «Альба»|Ореховая полка|Шерстяной плед|Кружка керамическая 350 мл|Наушники с шумоподавлением|Рюкзак походный 28 л|Рубашка из льна|Кофеварка рожковая|Хаб USB-C, 7 портов|Кресло «Норд»|Кроссовки беговые|Блокнот A5 в точку|Стол с подъёмом|Колонка Bluetooth|Куртка от дождя|Игра «Гавань»|Весы кухонные|Тумба прикроватная|Клавиатура механическая|Коврик для йоги|Шланг садовый 20 м|Лампа E27|Шапка зимняя",
}
FIRST = {
    "en": [
        "Anna",
        "James",
        "Olivia",
        "Noah",
        "Emma",
        "Liam",
        "Sophia",
        "Lucas",
        "Grace",
        "Henry",
        "Chloe",
        "Oscar",
        "Maya",
        "Daniel",
        "Ruth",
        "Peter",
    ],
    "ru": [
        "Анна",
        "Сергей",
        "Ольга",
        "Иван",
        "Мария",
        "Дмитрий",
        "Елена",
        "Алексей",
        "Наталья",
        "Павел",
        "Юлия",
        "Игорь",
        "Татьяна",
        "Михаил",
        "Ксения",
        "Фёдор",
    ],
}
LAST = {
    "en": [
        "Carter",
        "Hughes",
        "Murphy",
        "Bennett",
        "Clark",
        "Foster",
        "Reid",
        "Shaw",
        "Palmer",
        "Whitfield",
        "O'Neill",
        "Novak",
        "Lindgren",
        "Moretti",
        "Brandt",
        "Okafor",
    ],
    "ru": [
        "Абрамов",
        "Соколов",
        "Белова",
        "Кузнецов",
        "Орлова",
        "Щербаков",
        "Лебедева",
        "Журавлёв",
        "Попова",
        "Ефимов",
        "Ткаченко",
        "Фролова",
        "Цой",
        "Юдин",
    ],
}
STATE = {
    "en": "Active|Paid|Pending|Shipped|Draft|Overdue|New|Beta|Failed|Online|Offline|-20%|In stock|Sold out|3 new|Popular|12|99+|v2.4",
    "ru": "Активен|Оплачен|Ожидает|Отправлен|Черновик|Просрочен|Новое|Бета|Ошибка|В сети|Не в сети|-20 %|В наличии|Нет в наличии|3 новых|Хит|12|99+|v2.4",
}
CITY = {
    "en": "Leeds|Boston|Hamburg|Toronto|Porto|Dublin|Austin|Oslo",
    "ru": "Казань|Москва|Самара|Пермь|Тверь|Омск|Тула|Сочи",
}
BRAND = "Polka|Nordlys|Harbour|Kvadrat|Alba|Полка|Гавань|Citrus|Meridian|Ostrov|Остров|Lumen|Pinecone|Вектор|Атлас|Delta|Fjord|Копилка|Tempo|Orbit"
MONTH = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "ru": ["янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"],
}


@dataclass(slots=True)
class Words:
    """Draws texts. `language` is en, ru or mix (each text in one of the two)."""

    rng: random.Random
    language: str

    def pick(self, source: dict[str, str]) -> str:
        return self.rng.choice(source[self.tongue()].split("|"))

    def tongue(self) -> str:
        return self.rng.choice(("en", "ru")) if self.language == "mix" else self.language

    def nav(self) -> str:
        return self.pick(NAV)

    def action(self) -> str:
        return self.pick(ACTION)

    def field(self) -> str:
        return self.pick(FIELD)

    def choice(self) -> str:
        return self.pick(CHOICE)

    def option(self) -> str:
        return self.pick(OPTION)

    def heading(self) -> str:
        return self.pick(HEADING)

    def item(self) -> str:
        return self.pick(ITEM)

    def state(self) -> str:
        return self.pick(STATE)

    def city(self) -> str:
        return self.pick(CITY)

    def brand(self) -> str:
        return self.rng.choice(BRAND.split("|"))

    def sentence(self) -> str:
        return self.pick(SENTENCE)

    def paragraph(self, sentences: int) -> str:
        return " ".join(self.sentence() for _ in range(sentences))

    def person(self) -> str:
        tongue = self.tongue()
        return f"{self.rng.choice(FIRST[tongue])} {self.rng.choice(LAST[tongue])}"

    def email(self) -> str:
        return f"{self.rng.choice(FIRST['en']).lower()}.{self.rng.choice(LAST['en']).lower()}@{self.rng.choice(('example.com', 'mail.example', 'polka.test'))}".replace(
            "'", ""
        )

    def number(self) -> str:
        value = self.rng.choice((self.rng.randrange(100), self.rng.randrange(10_000), self.rng.randrange(1_000_000)))
        return f"{value:,}" if self.tongue() == "en" else f"{value:,}".replace(",", " ")

    def price(self) -> str:
        value = self.rng.randrange(3, 90_000) / self.rng.choice((1, 10, 100))
        if self.tongue() == "ru":
            return f"{int(value) + 90:,} ₽".replace(",", " ")
        return f"{self.rng.choice('$$€£')}{value:,.2f}"

    def percent(self) -> str:
        return f"{self.rng.choice(('', '+', '-'))}{self.rng.randrange(100)}{self.rng.choice(('', f'.{self.rng.randrange(10)}'))}%"

    def date(self) -> str:
        day, month, year = self.rng.randrange(1, 29), self.rng.randrange(12), self.rng.randrange(2019, 2028)
        if self.tongue() == "ru":
            return self.rng.choice((f"{day} {MONTH['ru'][month]} {year}", f"{day:02}.{month + 1:02}.{year}"))
        return self.rng.choice(
            (f"{MONTH['en'][month]} {day}, {year}", f"{year}-{month + 1:02}-{day:02}", f"{day} {MONTH['en'][month]}")
        )

    def clock(self) -> str:
        return f"{self.rng.randrange(24)}:{self.rng.randrange(60):02}"

    def code(self) -> str:
        return self.rng.choice(
            (
                f"#{self.rng.randrange(1000, 99999)}",
                f"INV-{self.rng.randrange(100, 9999)}",
                f"№ {self.rng.randrange(100, 9999)}",
            )
        )

    def value(self) -> str:
        """A value typed into a field."""
        return self.rng.choice(
            (self.person, self.email, self.number, self.city, self.date, self.item, self.price, self.sentence)
        )()

    def cell(self) -> str:
        return self.rng.choice(
            (
                self.person,
                self.email,
                self.number,
                self.city,
                self.date,
                self.item,
                self.price,
                self.code,
                self.percent,
                self.clock,
            )
        )()
