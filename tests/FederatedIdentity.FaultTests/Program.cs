using System.Runtime.InteropServices;
using FederatedIdentity.FaultTests.Rehearsals;
using FederatedIdentity.FaultTests.Rehearsals.Alerts;

// Tests run in a test host. This entry is for `./dev bench` with the commands below. Whoever stops it must not be left with
// a PostgreSQL, a Redis and three servers: what was started is stopped first.
using var stop = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    return args switch
    {
        ["faults", .. var words] => await LongRehearsal.RunAsync(words, stop.Token),
        ["alerts", .. var words] => await AlertRehearsal.RunAsync(words, stop.Token),
        ["upgrade"] => await UpgradeRehearsal.RunAsync(stop.Token),
        ["backup"] => await BackupRehearsal.RunAsync(stop.Token),
        ["limits"] => await LimitsRehearsal.RunAsync(stop.Token),
        _ => Usage(),
    };
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

static int Usage()
{
    Console.Error.WriteLine("Commands: faults [word...], alerts [word...], limits, upgrade, backup");
    return 2;
}
