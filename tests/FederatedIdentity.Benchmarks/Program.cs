using FederatedIdentity.Benchmarks;
using FederatedIdentity.Benchmarks.Fuzz;
using FederatedIdentity.Benchmarks.Load;
using FederatedIdentity.Benchmarks.Load.Ceiling;
using FederatedIdentity.Benchmarks.Load.Compare;
using FederatedIdentity.Benchmarks.Load.Replicas;
using FederatedIdentity.Benchmarks.Load.Steady;
using FederatedIdentity.Benchmarks.Load.Telemetry;
using FederatedIdentity.Benchmarks.Load.Warm;
using FederatedIdentity.Benchmarks.Micro;
using FederatedIdentity.Benchmarks.Scale;

// `./dev bench <command>`: each command measures in one process and prints what it found.
return args switch
{
    ["micro", .. var arguments] => MicroCommand.Run(arguments),
    ["policy"] => PolicyCost.Run(),
    ["verify"] => await VerifyCost.RunAsync(),
    ["fuzz", .. var arguments] => await FuzzCommand.RunAsync(arguments),
    ["ceiling"] => await CeilingCommand.RunAsync(),
    ["load", .. var arguments] when LoadOptions.Parse(arguments) is { } options => await LoadCommand.RunAsync(options),
    ["replicas", .. var arguments] when LoadOptions.Parse(arguments) is { } options => await ReplicasCommand.RunAsync(options),
    ["warm", .. var arguments] when LoadOptions.Parse(arguments) is { } options => await WarmCommand.RunAsync(options),
    ["telemetry", .. var arguments] when LoadOptions.Parse(arguments) is { } options => await TelemetryCommand.RunAsync(options),
    ["compare", var folder, .. var arguments] when LoadOptions.Parse(arguments) is { } options =>
        await CompareCommand.RunAsync(folder, options),
    ["steady"] => await SteadyCommand.RunAsync(minutes: 10),
    ["steady", var minutes] when int.TryParse(minutes, out var count) && count > 0 => await SteadyCommand.RunAsync(count),
    ["pace", _, _, _, _, _] => PaceCommand.Run(args[1..]),
    ["scale", .. var arguments] when ScaleOptions.Parse(arguments) is { } options => await ScaleCommand.RunAsync(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        $"Commands: load {LoadOptions.Usage}, replicas, telemetry and compare <folder> (the same), "
        + $"warm [--connections 32] [--only word], steady [minutes], scale {ScaleOptions.Usage}, micro [word], policy, verify, fuzz [count] [seed]");
    return 2;
}
