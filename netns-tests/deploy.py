# SPDX-License-Identifier: GPL-2.0
"""deploy.py CHECK FILE...: checks the files for systemd, Kubernetes and Grafana offline.

    manifest FILE          checks that the schema of Kubernetes accepts the DaemonSet; prints the
                           added capabilities, on one line
    queries FILE METRICS   checks that the labels in the queries of a dashboard or of rules are in
                           METRICS, the answer of ctl serve at /metrics
"""
import json
import re
import sys
import yaml

# Prometheus adds these to each series, or makes them from a rule.
ADDED = {"instance", "job", "alertname", "ignoring", "le"}


def wanted(what, holds):
    if not holds:
        sys.exit(what)


def keys(name, item, needed, allowed=()):
    wanted(f"{name} is no mapping", isinstance(item, dict))
    for key in needed:
        wanted(f"{name} has no {key}", item.get(key))
    for key in item:
        wanted(f"{name} has a key '{key}' that nobody knows", key in needed or key in allowed)


def container(c, volumes):
    keys("container", c, ["name", "image"],
         ["command", "args", "ports", "securityContext", "livenessProbe", "resources", "volumeMounts"])
    ports = {p["name"]: p["containerPort"] for p in c["ports"]}
    for name, port in ports.items():
        wanted(f"port {name}", re.fullmatch(r"[a-z0-9-]{1,15}", name) and 0 < port < 65536)
    wanted("args are no texts", all(isinstance(a, str) for a in c["command"] + c["args"]))
    listens = c["args"][c["args"].index("--listen") + 1]
    wanted(f"it listens on {listens}", int(listens.rpartition(":")[2]) in ports.values())
    probe = c["livenessProbe"]["httpGet"]
    wanted("the probe asks at a port that is none", probe["port"] in ports)
    mounts = {m["name"]: m for m in c["volumeMounts"]}
    wanted(f"mounts {sorted(mounts)}, volumes {sorted(volumes)}", set(mounts) == set(volumes))
    for m in mounts.values():
        keys("mount", m, ["name", "mountPath"], ["readOnly", "mountPropagation"])
        wanted(f"path {m['mountPath']}", m["mountPath"].startswith("/"))
    config = c["args"][c["args"].index("--config") + 1]
    wanted(f"{config} is in no volume", any(config.startswith(m["mountPath"] + "/") for m in mounts.values()))
    for amount in [*c["resources"]["requests"].values(), *c["resources"]["limits"].values()]:
        wanted(f"amount {amount}", re.fullmatch(r"[0-9]+(m|Mi|Gi)?", str(amount)))
    security = c["securityContext"]
    # the API server refuses it together with SYS_ADMIN
    wanted("no escalation, and SYS_ADMIN", security.get("allowPrivilegeEscalation", True))
    wanted("not all is dropped", security["capabilities"]["drop"] == ["ALL"])
    return security["capabilities"]["add"]


def manifest(path):
    with open(path, encoding="utf-8") as f:
        documents = list(yaml.safe_load_all(f))
    wanted("more than one document", len(documents) == 1)
    d = documents[0]
    keys("document", d, ["apiVersion", "kind", "metadata", "spec"])
    wanted("no DaemonSet of apps/v1", (d["apiVersion"], d["kind"]) == ("apps/v1", "DaemonSet"))
    wanted("name", re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", d["metadata"]["name"]))
    keys("spec", d["spec"], ["selector", "template"])
    template = d["spec"]["template"]
    keys("template", template, ["metadata", "spec"])
    chosen = d["spec"]["selector"]["matchLabels"]
    wanted("the selector does not choose the template", chosen.items() <= template["metadata"]["labels"].items())
    notes = template["metadata"]["annotations"]
    wanted("annotations are texts", all(isinstance(v, str) for v in notes.values()))
    pod = template["spec"]
    keys("pod", pod, ["containers", "volumes", "hostNetwork"], ["automountServiceAccountToken"])
    volumes = {v["name"]: v for v in pod["volumes"]}
    kinds = {"", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"}
    for v in volumes.values():
        keys("volume", v, ["name"], ["hostPath", "secret"])
        wanted(f"volume {v['name']} is of {len(v) - 1} kinds", len(v) == 2)
        if "hostPath" in v:
            wanted(f"type of {v['name']}", v["hostPath"].get("type", "") in kinds)
        else:
            keys("secret", v["secret"], ["secretName"], ["defaultMode"])
            wanted("mode of the secret", v["secret"].get("defaultMode") == 0o400)
    wanted("not one container", len(pod["containers"]) == 1)
    added = container(pod["containers"][0], volumes)
    ports = [str(p["containerPort"]) for p in pod["containers"][0]["ports"]]
    wanted("Prometheus is sent elsewhere", notes["prometheus.io/port"] in ports)
    print(" ".join(added))


def expressions(path):
    with open(path, encoding="utf-8") as f:
        if path.endswith(".json"):
            return [t["expr"] for p in json.load(f)["panels"] for t in p["targets"]]
        return [r["expr"] for g in yaml.safe_load(f)["groups"] for r in g["rules"]]


def served(path):
    labels = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            found = re.match(r"(weir_[a-z_]+)(?:\{(.*)\})? ", line)
            if found:
                names = re.findall(r'([a-z_]+)="', found[2] or "")
                labels.setdefault(found[1], set()).update(names)
    return labels


def queries(path, metrics):
    labels, looked = served(metrics), 0
    for expression in expressions(path):
        names = re.findall(r"weir_[a-z_]+", expression)
        for name in names:
            wanted(f"{name}: no series of it", name in labels)
        for name, selector in re.findall(r"(weir_[a-z_]+)\{([^}]*)\}", expression):
            for label in re.findall(r'([a-z_]+)\s*(?:=~|!~|!=|=)', selector):
                wanted(f"{name} has no label {label}: {expression}", label in labels[name] | ADDED)
                looked += 1
        known = set().union(*(labels[n] for n in names)) | ADDED
        for group in re.findall(r"\b(?:by|ignoring|on|without)\s*\(([^)]*)\)", expression):
            for label in re.findall(r"[a-z_]+", group):
                wanted(f"no label {label}: {expression}", label in known)
                looked += 1
    wanted("no label is looked at", looked)
    print(looked)


globals()[sys.argv[1]](*sys.argv[2:])
