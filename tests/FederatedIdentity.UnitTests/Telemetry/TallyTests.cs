using System.Diagnostics.Metrics;
using FederatedIdentity.Domain;

namespace FederatedIdentity.UnitTests.Telemetry;

/// <summary>What listeners hear of a tally, and when.</summary>
public sealed class TallyTests : IDisposable
{
    private readonly Meter _meter = new("FederatedIdentity.Test");

    [Fact]
    public void Every_listener_hears_the_sums_when_it_asks()
    {
        var tally = new Tally(_meter, "t.calls", "{call}", "Calls.", "kind", "outcome");
        using var early = new Listener(_meter);
        tally.Of("oidc", "ok").Count();
        tally.Of("saml", "failed");
        tally.Of("oidc", "ok").Count();
        using var late = new Listener(_meter);

        Assert.Equal(["kind=oidc outcome=ok 2", "kind=saml outcome=failed 0"], early.Ask());
        Assert.Equal(early.Ask(), late.Ask());
    }

    [Fact]
    public void One_label_is_enough()
    {
        var hit = new Tally(_meter, "t.lookups", "{lookup}", "Lookups.", "outcome").Of("hit");
        using var listener = new Listener(_meter);
        hit.Count();

        Assert.Equal(["outcome=hit 1"], listener.Ask());
    }

    [Fact]
    public async Task Nothing_is_lost_when_many_count()
    {
        var tally = new Tally(_meter, "t.many", "{call}", "Calls.", "outcome");
        using var listener = new Listener(_meter);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                tally.Of("ok").Count();
            }
        })));

        Assert.Equal(["outcome=ok 80000"], listener.Ask());
    }

    public void Dispose() => _meter.Dispose();

    private sealed class Listener : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly List<string> _heard = [];

        public Listener(Meter meter)
        {
            _listener.InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter == meter)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, sum, tags, _) =>
                _heard.Add(string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Append($"{sum}"))));
            _listener.Start();
        }

        public IEnumerable<string> Ask()
        {
            _heard.Clear();
            _listener.RecordObservableInstruments();
            return [.. _heard.Order(StringComparer.Ordinal)];
        }

        public void Dispose() => _listener.Dispose();
    }
}
