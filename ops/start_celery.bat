@echo off
rem A Celery worker on Windows. Leave the window open; Ctrl+C stops it. Options of your own go to celery.
cd /d "%~dp0.."
if not exist .venv\Scripts\python.exe (
    echo There is no .venv yet. Run "python run.py demo" first, see QUICKSTART.md.
    exit /b 2
)
rem solo: prefork, the default elsewhere, does not work on Windows (WinError 5 and 6).
.venv\Scripts\python.exe -m celery -A tasks.celery_app worker --pool=solo -l info %*
