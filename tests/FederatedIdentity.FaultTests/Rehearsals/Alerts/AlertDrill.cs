namespace FederatedIdentity.FaultTests.Rehearsals.Alerts;

/// <summary>
/// A real fault, and the alerts that have to tell of it: none of them fires before <paramref name="BeginAsync"/>, all do while it lasts, and
/// none some time after <paramref name="EndAsync"/>.
/// </summary>
internal sealed record AlertDrill(string Fault, string[] Alerts, Func<AlertBed, Task> BeginAsync, Func<AlertBed, Task> EndAsync)
{
    public override string ToString() => Fault;
}
