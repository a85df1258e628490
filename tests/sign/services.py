#!/usr/bin/env python3
"""A time-stamp authority that is `openssl ts`, and files (CRLs) by GET. Usage: services.py FOLDER; prints its port.
FOLDER has tsa.cnf, tsa.key, tsa.crt, ca.pem."""
import http.server
import os
import subprocess
import sys

os.chdir(sys.argv[1])


class Handler(http.server.SimpleHTTPRequestHandler):
    def do_POST(self):
        request = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Type"] != "application/timestamp-query":
            self.send_error(415)
            return
        with open("server.tsq", "wb") as f:
            f.write(request)
        subprocess.run(["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "server.tsq", "-inkey", "tsa.key",
                        "-signer", "tsa.crt", "-chain", "ca.pem", "-out", "server.tsr"], check=True, capture_output=True)
        with open("server.tsr", "rb") as f:
            reply = f.read()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *args):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
