// Node's own server.

import { createServer } from "node:http";
import { port, take } from "./receiving.mjs";

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  response.writeHead(take(request.headers, Buffer.concat(chunks))).end();
}).listen(port, "127.0.0.1");
