using FederatedIdentity.Benchmarks;

// `./dev bench <command>`: each command measures in one process and prints what it found.
return args switch
{
    ["verify"] => await VerifyCost.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Commands: verify");
    return 2;
}
