# ./dev bench: measurements, one command at a time. They pass no judgement; whoever reads the numbers does.

bench_command() {
  local project=tests/FederatedIdentity.Benchmarks
  ensure_local
  on_exit stop_child 130
  ensure_dotnet
  run_child dotnet build "$project" -c Release --nologo -v quiet ${RESTORE_OPTIONS[@]+"${RESTORE_OPTIONS[@]}"} || die 'The build failed.'
  run_child dotnet "$project/bin/Release/net10.0/FederatedIdentity.Benchmarks.dll" "$@"
}
