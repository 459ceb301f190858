using FederatedIdentity.Benchmarks;
using FederatedIdentity.Benchmarks.Fuzz;

// `./dev bench <command>`: each command measures in one process and prints what it found.
return args switch
{
    ["policy"] => PolicyCost.Run(),
    ["telemetry"] => await TelemetryCost.RunAsync(),
    ["verify"] => await VerifyCost.RunAsync(),
    ["fuzz", .. var arguments] => await FuzzCommand.RunAsync(arguments),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Commands: policy, telemetry, verify, fuzz [count] [seed]");
    return 2;
}
