# The release before this one, as operators have it: its image, and its chart.

# previous_release: version and commit of the newest release
previous_release() {
  local version commit _ newest=''
  while read -r version commit _; do
    [[ ! "$version" =~ ^[0-9] ]] || newest="$version $commit"
  done < <(sort -V "$ROOT/deploy/releases")
  [[ -n "$newest" ]] || die 'deploy/releases names no release.'
  printf '%s\n' "$newest"
}

# unpack_previous <commit>: its files below $WORK/previous
unpack_previous() {
  git -C "$ROOT" cat-file -e "$1^{commit}" || die "The commit $1 is not in this clone: fetch its whole history."
  mkdir -p "$WORK/previous"
  git -C "$ROOT" archive "$1" | tar -x -C "$WORK/previous"
}

# build_previous <tag>
build_previous() { build_image "$WORK/previous" "$1"; }
