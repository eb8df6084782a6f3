// Express, with its own limit of bodies.

import express from "express";
import { largest, port, take } from "./receiving.mjs";

const app = express();
app.post("/", express.raw({ type: "*/*", limit: largest }), (request, response) => {
  response.status(take(request.headers, request.body)).end();
});
app.use((error, request, response, next) => response.status(error.status ?? 500).end());
app.listen(port, "127.0.0.1");
