#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`nextquill model fetch` over HTTPS, against a hub of this script with a certificate of its own.

usage: fetch_over_tls.py NEXTQUILL

The certificate is made by the openssl command; ends with 77 where there is none. Checked: a model
comes where the certificate's authority is trusted; an unknown authority, another host's name and a
redirect that leaves HTTPS are refused; the token goes to the hub and not to where it redirects.
"""
import hashlib
import http.server
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading

FILES = {"config.json": b'{"model_type": "llama"}', "model.safetensors": bytes(range(256)) * 5000,
         "tokenizer.json": b"{}"}
COMMIT = "a" * 40
failures = 0


def check(good, what):
    global failures
    failures += not good
    print(f"{'ok' if good else 'WRONG'}: {what}")


class Hub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.server.seen.append((self.path, self.headers.get("Authorization")))
        name = self.path.rsplit("/", 1)[-1]
        if self.path.startswith("/api/"):
            siblings = []
            for path, data in FILES.items():
                entry = {"rfilename": path, "size": len(data),
                         "blobId": hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()}
                if path.endswith(".safetensors"):
                    entry["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
                siblings.append(entry)
            self.answer(200, json.dumps({"sha": COMMIT, "siblings": siblings}).encode())
        elif name == "model.safetensors" and self.server.elsewhere:
            self.answer(302, b"", {"Location": self.server.elsewhere + "/storage/" + name})
        else:
            self.answer(200, FILES[name])

    def answer(self, status, body, headers=None):
        self.send_response(status)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass


def serve(certificate=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.seen, server.elsewhere, server.daemon_threads = [], None, True
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def certificate(folder, name):
    """A certificate that is its own authority, for one name."""
    folder.mkdir()
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test",
                    "-addext", f"subjectAltName=DNS:{name}", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
                   check=True, capture_output=True)
    return folder


def fetch(program, home, endpoint, authority=None):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HF_") and not k.endswith(("proxy", "PROXY"))}
    environment |= {"HF_HOME": str(home), "HF_ENDPOINT": endpoint, "HF_TOKEN": "hf_secret", "HOME": str(home)}
    environment.pop("SSL_CERT_FILE", None)
    if authority:
        environment["SSL_CERT_FILE"] = str(authority / "cert.pem")
    return subprocess.run([program, "model", "fetch", "tea/small"], env=environment, capture_output=True, text=True,
                          timeout=120, check=False)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if not shutil.which("openssl"):
        print("skipped: no openssl command")
        sys.exit(77)
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        trusted, other = certificate(folder / "trusted", "localhost"), certificate(folder / "other", "hub.example")
        hub, storage, plain = serve(trusted), serve(trusted), serve()
        endpoint = f"https://localhost:{hub.server_port}"

        ended = fetch(program, folder / "one", endpoint, trusted)
        check(ended.returncode == 0, f"a trusted hub: {ended.stderr[-300:]}")
        fetched = list((folder / "one").rglob("snapshots/*/model.safetensors"))
        check(len(fetched) == 1 and fetched[0].read_bytes() == FILES["model.safetensors"], "the weights came whole")
        check(all(token == "Bearer hf_secret" for _, token in hub.seen), "the hub was given the token")

        for what, at, authority in (("an unknown authority", endpoint, None), ("another host's certificate",
                                    f"https://localhost:{serve(other).server_port}", other)):
            ended = fetch(program, folder / "two", at, authority)
            check(ended.returncode != 0 and "certificate" in ended.stderr.lower(), f"{what}: {ended.stderr.strip()}")
        check(not list((folder / "two").rglob("*.safetensors")), "nothing came of them")

        hub.elsewhere = f"https://localhost:{storage.server_port}"
        ended = fetch(program, folder / "three", endpoint, trusted)
        check(ended.returncode == 0, f"a redirect to a storage: {ended.stderr[-300:]}")
        check(len(storage.seen) > 0 and all(token is None for _, token in storage.seen), "which is given no token")

        hub.elsewhere = f"http://localhost:{plain.server_port}"
        ended = fetch(program, folder / "four", endpoint, trusted)
        check(ended.returncode != 0 and not plain.seen, f"a redirect away from HTTPS: {ended.stderr.strip()}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
