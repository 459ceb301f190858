# Earlier releases, built from this repository's history: what the server of now has to get along with.

# Sets PREVIOUS to the server of the newest release that is not the version of this tree.
ensure_previous() {
  local own version commit target
  own="$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)"
  read -r version commit _ < <(awk -v own="$own" '$1 != own { last = $0 } END { print last }' deploy/releases) \
    || die "deploy/releases names no release before $own."
  target="$LOCAL/releases/$version"
  PREVIOUS="$target/FederatedIdentity.Server.dll"
  [[ "$(cat "$target/.commit" 2>/dev/null)" == "$commit" && -f "$PREVIOUS" ]] && return 0
  ensure_dotnet
  git cat-file -e "$commit^{commit}" 2>/dev/null \
    || die "Release $version, commit $commit, is not in the history of this clone: git fetch --unshallow"
  say "Building release $version"
  rm -rf "$target" "$target.source" "$target.new"
  mkdir -p "$target.source"
  git archive "$commit" | tar -x -C "$target.source"
  run_child dotnet publish "$target.source/src/FederatedIdentity.Server" -c Release -o "$target.new" --nologo -v quiet \
    ${RESTORE_OPTIONS[@]+"${RESTORE_OPTIONS[@]}"} >&2 || die "Release $version cannot be built."
  printf '%s\n' "$commit" >"$target.new/.commit"
  rm -rf "$target.source"
  mv "$target.new" "$target"
}
