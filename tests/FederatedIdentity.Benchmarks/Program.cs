using FederatedIdentity.Benchmarks;
using FederatedIdentity.Benchmarks.Fuzz;
using FederatedIdentity.Benchmarks.Load;
using FederatedIdentity.Benchmarks.Load.Ceiling;

// `./dev bench <command>`: each command measures in one process and prints what it found.
return args switch
{
    ["policy"] => PolicyCost.Run(),
    ["telemetry"] => await TelemetryCost.RunAsync(),
    ["verify"] => await VerifyCost.RunAsync(),
    ["fuzz", .. var arguments] => await FuzzCommand.RunAsync(arguments),
    ["ceiling"] => await CeilingCommand.RunAsync(),
    ["load", .. var arguments] when LoadOptions.Parse(arguments) is { } options => await LoadCommand.RunAsync(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine($"Commands: load {LoadOptions.Usage}, policy, telemetry, verify, fuzz [count] [seed]");
    return 2;
}
