"""Parts what k8s/check rendered: Kubernetes' own kinds, for its validator, and the others, as a program that type-checks."""

import json
import pathlib
import sys

import yaml

OTHERS = {
    "monitoring.coreos.com/v1": "@kubernetes-models/prometheus-operator",
    "gateway.networking.k8s.io/v1": "@kubernetes-models/gateway-api",
}

rendered = pathlib.Path(sys.argv[1])
own, others = [], ["export {};"]
for one in yaml.safe_load_all(rendered.read_text()):
    package = OTHERS.get(one["apiVersion"])
    if package is None:
        own.append(one)
    else:
        version, kind = one.pop("apiVersion"), one.pop("kind")
        others.append(f'import {{ {kind} }} from "{package}/{version}/{kind}";')
        others.append(f"new {kind}({json.dumps(one)}).validate();")
rendered.with_suffix(".own.yaml").write_text(yaml.safe_dump_all(own))
rendered.with_suffix(".mts").write_text("\n".join(others) + "\n")
