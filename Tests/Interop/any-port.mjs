// Lets a server that names a port listen on any that is free, and prints where that is.

import net from "node:net";

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, host) {
  return listen.call(this, 0, host, () => console.log(`http://${host}:${this.address().port}/`));
};
