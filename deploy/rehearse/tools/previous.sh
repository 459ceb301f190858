# The release before this one, as operators have it: its image, and its chart if it had one.

# previous_release: version and commit of the newest release with a chart; without any, of the newest release.
previous_release() {
  local version commit _ newest='' charted=''
  while read -r version commit _; do
    [[ "$version" =~ ^[0-9] ]] || continue
    newest="$version $commit"
    ! git -C "$ROOT" cat-file -e "$commit:helm/federated-identity/Chart.yaml" 2>/dev/null || charted="$newest"
  done < <(sort -V "$ROOT/deploy/releases")
  [[ -n "$newest" ]] || die 'deploy/releases names no release.'
  printf '%s\n' "${charted:-$newest}"
}

# unpack_previous <commit>: its files below $WORK/previous
unpack_previous() {
  git -C "$ROOT" cat-file -e "$1^{commit}" || die "The commit $1 is not in this clone: fetch its whole history."
  mkdir -p "$WORK/previous"
  git -C "$ROOT" archive "$1" | tar -x -C "$WORK/previous"
}

# build_previous <tag>
build_previous() {
  if [[ -e "$WORK/previous/deploy/Dockerfile" ]]; then
    build_image "$WORK/previous" "$1"
  else
    at_end docker image rm --force "federated-identity:$1"
    docker build --tag "federated-identity:$1" --file "$ROOT/deploy/rehearse/tools/previous.Dockerfile" "$WORK/previous"
  fi
}

previous_has_chart() { [[ -e "$WORK/previous/helm/federated-identity/Chart.yaml" ]]; }
