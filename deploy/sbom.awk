# The body of deploy/sbom: reads a deps.json, then a packages.lock.json, both as .NET writes them, one member a line.

function text(line) { gsub(/^ *"|"?,?$/, "", line); return line }
function name_of(line) { sub(/^ *"/, "", line); sub(/".*/, "", line); return line }
function value_of(line) { sub(/^ *"[^"]*": */, "", line); return text(line) }
function purl(name, at) { return "pkg:nuget/" name "@" at }

# What the package itself says; older ones only say where to read it.
function licence(name, at,    file, line, found) {
  file = packages "/" tolower(name) "/" tolower(at) "/" tolower(name) ".nuspec"
  while ((getline line < file) > 0) {
    if (line ~ /<license type="expression">/) {
      sub(/.*<license type="expression">/, "", line); sub(/<.*/, "", line)
      found = "{ \"expression\": \"" line "\" }"
      break
    }
    if (line ~ /<licenseUrl>/) {
      sub(/.*<licenseUrl>/, "", line); sub(/<.*/, "", line); gsub(/&amp;/, "\\&", line)
      found = "{ \"license\": { \"name\": \"" line "\" } }"
    }
  }
  close(file)
  return found == "" ? "" : "      \"licenses\": [" found "],\n"
}

function component(kind, reference, name, at, scope, more) {
  components = components (components == "" ? "" : ",\n") \
    "    {\n      \"type\": \"" kind "\",\n      \"bom-ref\": \"" reference "\",\n      \"name\": \"" name "\",\n" \
    "      \"version\": \"" at "\",\n      \"scope\": \"" scope "\",\n" more "      \"purl\": \"" reference "\"\n    }"
}

function edge(reference, targets) {
  edges = edges (edges == "" ? "" : ",\n") "    { \"ref\": \"" reference "\", \"dependsOn\": [" targets "] }"
}

function add(list, item) { return list (list == "" ? "" : ", ") "\"" item "\"" }

# deps.json: what is published.
FILENAME == ARGV[1] && /^    "[^"]+\/[^"]+": \{$/ { shipped[tolower(name_of($0))] = 1; next }
FILENAME == ARGV[1] { next }

# packages.lock.json: an entry, its members, its dependencies.
/^      "[^"]+": \{$/ {
  entry = name_of($0)
  if (!(tolower(entry) in id)) { order[++count] = entry; id[tolower(entry)] = entry }
  next
}
/^        "type":/ { type[entry] = value_of($0); next }
/^        "resolved":/ { resolved[entry] = value_of($0); next }
/^        "contentHash":/ { hash[entry] = value_of($0); next }
/^          "[^"]+": "/ { needs[entry, ++many[entry]] = name_of($0); next }

function image(    name, at, digest, host, path) {
  name = base; at = "latest"; host = ""
  if (match(name, /@sha256:[0-9a-f]+$/)) { digest = substr(name, RSTART + 1); name = substr(name, 1, RSTART - 1) }
  if (match(name, /:[^:\/]+$/)) { at = substr(name, RSTART + 1); name = substr(name, 1, RSTART - 1) }
  if (digest != "") { at = digest }
  path = name
  if (match(name, /^[^\/]*[.:][^\/]*\//)) { host = substr(name, 1, RLENGTH - 1); path = substr(name, RLENGTH + 1) }
  base_reference = "pkg:docker/" path "@" at (host == "" ? "" : "?repository_url=" host)
  component("container", base_reference, name, at, "required", "")
}

END {
  for (i = 1; i <= count; i++) {
    entry = order[i]
    targets = ""
    for (j = 1; j <= many[entry]; j++) {
      target = id[tolower(needs[entry, j])]
      if (target != "" && type[target] != "Project") {
        targets = add(targets, purl(target, resolved[target]))
        if (type[entry] == "Project") { roots[target] = 1 }
      }
    }
    if (type[entry] == "Project") { continue }
    if (type[entry] == "Direct") { roots[entry] = 1 }
    scope = tolower(entry "/" resolved[entry]) in shipped ? "required" : "excluded"
    component("library", purl(entry, resolved[entry]), entry, resolved[entry], scope, licence(entry, resolved[entry]) \
      "      \"properties\": [{ \"name\": \"nuget:contentHash\", \"value\": \"" hash[entry] "\" }],\n")
    edge(purl(entry, resolved[entry]), targets)
  }
  targets = ""
  for (i = 1; i <= count; i++) {
    if (order[i] in roots) { targets = add(targets, purl(order[i], resolved[order[i]])) }
  }
  pairs = split(frameworks, framework, " ")
  for (i = 1; i < pairs; i += 2) {
    reference = purl(framework[i], framework[i + 1])
    component("framework", reference, framework[i], framework[i + 1], "required", "      \"licenses\": [{ \"license\": { \"id\": \"MIT\" } }],\n")
    edge(reference, "")
    targets = add(targets, reference)
  }
  image()
  edge(base_reference, "")
  edge("federated-identity", add(targets, base_reference))
  print "  \"version\": 1,"
  print "  \"metadata\": {\n    \"timestamp\": \"" time "\",\n    \"component\": {"
  print "      \"type\": \"application\",\n      \"bom-ref\": \"federated-identity\",\n      \"name\": \"federated-identity\","
  print "      \"version\": \"" version "\",\n      \"licenses\": [{ \"license\": { \"id\": \"Apache-2.0\" } }]\n    }\n  },"
  print "  \"components\": [\n" components "\n  ],"
  printf "  \"dependencies\": [\n%s\n  ]", edges
}
