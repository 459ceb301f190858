using FederatedIdentity.FaultTests.Rehearsals;

// Tests run in a test host. This entry is for `./dev bench faults`.
return args switch
{
    ["faults", .. var words] => await LongRehearsal.RunAsync(words),
    ["limits"] => await LimitsRehearsal.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Commands: faults [word...], limits");
    return 2;
}
