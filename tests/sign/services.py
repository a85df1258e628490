#!/usr/bin/env python3
"""A time-stamp authority that is `openssl ts`, a responder that is `openssl ocsp`, and files (CRLs) by GET; behind
/rubbish whatever is asked is answered with a page of words.
Usage: services.py FOLDER; prints its port. FOLDER has tsa.cnf, tsa.key, tsa.crt, ca.pem, ocsp.key, ocsp.crt, index.txt."""
import http.server
import os
import subprocess
import sys

os.chdir(sys.argv[1])
TIMESTAMP = ("openssl ts -reply -config tsa.cnf -queryfile server.in -inkey tsa.key -signer tsa.crt -chain ca.pem "
             "-out server.out")
OCSP = ("openssl ocsp -index index.txt -CA ca.pem -rsigner ocsp.crt -rkey ocsp.key -reqin server.in -respout server.out "
        "-ndays 1")


class Handler(http.server.SimpleHTTPRequestHandler):
    def do_POST(self):
        kinds = {"application/timestamp-query": ("application/timestamp-reply", TIMESTAMP),
                 "application/ocsp-request": ("application/ocsp-response", OCSP)}
        request = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/rubbish":
            self.answer("text/html", b"<p>It works!</p>")
            return
        if self.headers["Content-Type"] not in kinds:
            self.send_error(415)
            return
        kind, command = kinds[self.headers["Content-Type"]]
        with open("server.in", "wb") as f:
            f.write(request)
        subprocess.run(command.split(), check=True, capture_output=True)
        with open("server.out", "rb") as f:
            self.answer(kind, f.read())

    def answer(self, kind, reply):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *args):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
