"""A receiver with FastAPI: pip install fastapi uvicorn; uvicorn fastapi_receiver:app --port 8080

WEBHOOK_SECRET, INBOX, EVENTS_URL and EVENTS_TOKEN in the environment: inbox.py says what they are.
"""
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool

from inbox import Inbox

app = FastAPI()
inbox = Inbox()


@app.post("/insightly")
async def receive(request: Request):
    body = await request.body()
    return Response(status_code=await run_in_threadpool(inbox.take, request.headers, body))
