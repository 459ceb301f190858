using System.Diagnostics.Metrics;
using FederatedIdentity.Domain.Keys;
using FederatedIdentity.Storage.Postgres;

namespace FederatedIdentity.Server.OpenId;

/// <summary>How old the current signing key is, when it changes, how many keys are published, and what was done with them.</summary>
internal sealed class SigningKeyMetrics
{
    private static readonly string[] _kinds = ["created", "activated", "ordered", "retired", "removed"];

    private readonly Counter<long> _steps;
    private volatile Figures? _figures;

    public SigningKeyMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("FederatedIdentity.Server");
        _steps = meter.CreateCounter<long>(
            "federated_identity.signing_keys.steps", "{step}", "Steps in the life of signing keys that this replica took.");
        meter.CreateObservableGauge(
            "federated_identity.signing_keys.age", () => Measure(_figures?.Age.TotalSeconds), "s", "How long the current key has signed.");
        meter.CreateObservableGauge(
            "federated_identity.signing_keys.until_rotation", () => Measure(_figures?.UntilRotation?.TotalSeconds), "s",
            "Time until the next key takes over; below zero when it should have. Nothing when keys rotate on command alone.");
        meter.CreateObservableGauge(
            "federated_identity.signing_keys.published", () => Measure(_figures?.Published), "{key}", "Keys in the key set.");
        meter.CreateObservableGauge(
            "federated_identity.signing_keys.next", () => Measure(_figures?.Next), "{key}", "Keys in the key set that have not signed yet.");
        foreach (var kind in _kinds)
        {
            _steps.Add(0, new KeyValuePair<string, object?>("step", kind));
        }
    }

    public void Took(KeyStep step) => _steps.Add(1, new KeyValuePair<string, object?>("step", step switch
    {
        KeyStep.Create => "created",
        KeyStep.Activate => "activated",
        KeyStep.Order => "ordered",
        KeyStep.Retire => "retired",
        _ => "removed",
    }));

    public void Observe(StoredSigningKeys stored, KeySchedule schedule)
    {
        if (SigningKeyCycle.Current(stored.Lives) is { } current)
        {
            _figures = new Figures(
                stored.ReadAt - current.SignsSince,
                SigningKeyCycle.NextChange(stored.Lives, schedule) - stored.ReadAt,
                stored.Keys.Count,
                stored.Lives.Count(key => key.State == SigningKeyState.Next));
        }
    }

    private static IEnumerable<Measurement<double>> Measure(double? value) => value is { } known ? [new(known)] : [];

    private sealed record Figures(TimeSpan Age, TimeSpan? UntilRotation, int Published, int Next);
}
