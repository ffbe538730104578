"""Asks a Ganglion server about two texts, without an SDK.

    pip install grpcio grpcio-tools
    python3 examples/python/classify.py 127.0.0.1:60061 "It rained." "It was wet."

The contract is read from proto/src/main/proto; a program of your own would generate its classes once,
with python3 -m grpc_tools.protoc.
"""

import pathlib
import sys

import grpc

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "proto" / "src" / "main" / "proto"))
messages, services = grpc.protos_and_services("ganglion/v1/classifier.proto")


def main(target, text_a, text_b):
    with grpc.insecure_channel(target) as channel:
        classifier = services.PairClassifierStub(channel)
        request = messages.ClassifyRequest(text_a=text_a, text_b=text_b)
        try:
            # With a deadline, the server does not start what nobody waits for any more.
            answer = classifier.Classify(request, timeout=2)
        except grpc.RpcError as error:
            sys.exit(f"{error.code().name}: {error.details()}")
        print(f"{answer.label}, probability {max(answer.probabilities):.3f}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("Usage: classify.py HOST:PORT TEXT_A TEXT_B")
    main(*sys.argv[1:])
