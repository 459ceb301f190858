using System.Diagnostics.Metrics;
using System.Text;
using FederatedIdentity.Server.Telemetry.Prometheus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedIdentity.UnitTests.Telemetry;

/// <summary>What a scrape says of what was recorded, whatever that was.</summary>
public sealed class MetricCollectorTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MetricCollector _collector;
    private readonly Meter _meter;

    public MetricCollectorTests()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _collector = new MetricCollector(meters, NullLogger<MetricCollector>.Instance);
        _collector.Start();
        _meter = meters.Create("FederatedIdentity.Test");
    }

    [Fact]
    public async Task A_counter_in_both_formats()
    {
        var counter = _meter.CreateCounter<long>("t.calls", "{call}", "Says \"hi\\\"\nand more.");
        counter.Add(2, new("outcome", "ok"), new("by", "x"));
        counter.Add(3, new("by", "x"), new("outcome", "ok")); // In another order.
        counter.Add(-7, new("by", "x"), new("outcome", "ok")); // A counter does not go down.

        Assert.Equal(
            ["# TYPE t_calls_total counter", "# HELP t_calls_total Says \"hi\\\\\"\\nand more.",
                "t_calls_total{by=\"x\",outcome=\"ok\"} 5"],
            await LinesAsync("t_calls"));
        Assert.Equal(
            ["# TYPE t_calls counter", "# HELP t_calls Says \\\"hi\\\\\\\"\\nand more.", "t_calls_total{by=\"x\",outcome=\"ok\"} 5"],
            await LinesAsync("t_calls", openMetrics: true));
        Assert.EndsWith("\n# EOF\n", await ScrapeAsync(openMetrics: true), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_histogram_counts_upwards_and_ends_with_all_of_them()
    {
        var histogram = _meter.CreateHistogram(
            "t.wait", "s", "Waits.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var value in new[] { 0.05, 0.1, 0.5, 7, double.NaN, double.PositiveInfinity })
        {
            histogram.Record(value);
        }

        Assert.Equal(
            [
                "# TYPE t_wait_seconds histogram", "# UNIT t_wait_seconds seconds", "# HELP t_wait_seconds Waits.",
                "t_wait_seconds_bucket{le=\"0.1\"} 2", "t_wait_seconds_bucket{le=\"1.0\"} 3", "t_wait_seconds_bucket{le=\"+Inf\"} 4",
                "t_wait_seconds_sum 7.65", "t_wait_seconds_count 4",
            ],
            await LinesAsync("t_wait", openMetrics: true));
    }

    [Theory]
    [InlineData("a\"} 1\nevil 2\n{x=\"", "a\\\"} 1\\nevil 2\\n{x=\\\"")]
    [InlineData("back\\slash", "back\\\\slash")]
    [InlineData("tab\tand ünïcode", "tab\tand ünïcode")]
    public async Task No_label_breaks_out_of_its_quotes(string value, string shown)
    {
        _meter.CreateCounter<int>("t.hostile").Add(1, new KeyValuePair<string, object?>("name\"{}\n", value));

        Assert.Equal($"t_hostile_total{{name_=\"{shown}\"}} 1", (await LinesAsync("t_hostile"))[^1]);
    }

    [Fact]
    public async Task Labels_without_end_end_in_one_series()
    {
        var counter = _meter.CreateCounter<long>("t.flood");
        for (var number = 0; number < 5 * MetricFamily.MostSeries; number++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("who", number));
        }

        counter.Add(1, new KeyValuePair<string, object?>("who", 0)); // Known ones go on.
        var lines = await LinesAsync("t_flood");

        Assert.Equal(MetricFamily.MostSeries + 3, lines.Length);
        Assert.Contains($"t_flood_total{{otel_metric_overflow=\"true\"}} {4 * MetricFamily.MostSeries}", lines);
        Assert.Contains("t_flood_total{who=\"0\"} 2", lines);
    }

    [Fact]
    public async Task Gauges_say_the_last_and_observed_ones_what_is_now()
    {
        var answers = new List<Measurement<int>> { new(1, new KeyValuePair<string, object?>("a", true)), new(2) };
        var gauge = _meter.CreateGauge<double>("t.last");
        _meter.CreateObservableGauge("t.now", () => answers);
        var open = _meter.CreateUpDownCounter<int>("t.open");
        gauge.Record(4);
        gauge.Record(double.NegativeInfinity);
        open.Add(3);
        open.Add(-5);

        Assert.Equal("t_last -Inf", (await LinesAsync("t_last"))[^1]);
        Assert.Equal("t_open -2", (await LinesAsync("t_open"))[^1]);
        Assert.Equal(["t_now 2", "t_now{a=\"true\"} 1"], (await LinesAsync("t_now"))[2..]);
        answers.RemoveAt(0);
        Assert.Equal(["t_now 2"], (await LinesAsync("t_now"))[2..]);
    }

    [Fact]
    public async Task One_that_cannot_be_observed_does_not_keep_the_rest()
    {
        _meter.CreateObservableGauge("t.broken", new Func<int>(() => throw new InvalidOperationException("broken")));
        _meter.CreateObservableGauge("t.whole", () => 1);

        Assert.Equal("t_whole 1", (await LinesAsync("t_whole"))[^1]);
    }

    [Fact]
    public async Task Whatever_many_threads_record_at_once_is_all_there()
    {
        const int Threads = 8;
        const int Each = 20_000;
        var counter = _meter.CreateCounter<long>("t.sum");
        var histogram = _meter.CreateHistogram<double>("t.spread");
        var scrape = Task.Run(async () =>
        {
            for (var count = 0; count < 20; count++)
            {
                await ScrapeAsync();
            }
        });

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (var count = 0; count < Each; count++)
            {
                counter.Add(1, new KeyValuePair<string, object?>("k", count % 3));
                histogram.Record(0.5);
            }
        })));
        await scrape;

        var sum = (await LinesAsync("t_sum"))[2..].Sum(line => long.Parse(line.Split(' ')[^1], null));
        Assert.Equal(Threads * Each, sum);
        Assert.Equal([$"t_spread_sum {Threads * Each / 2}", $"t_spread_count {Threads * Each}"], (await LinesAsync("t_spread"))[^2..]);
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        var histogram = _meter.CreateHistogram<double>("t.cost", "s");
        KeyValuePair<string, object?>[] tags = [new("operation", "GetId"), new("outcome", "Success")];
        histogram.Record(0.1, tags);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var count = 0; count < 1000; count++)
        {
            histogram.Record(0.1, tags);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public async Task Meters_of_other_hosts_and_of_strangers_are_not_shown()
    {
        using var others = new ServiceCollection().AddMetrics().BuildServiceProvider();
        others.GetRequiredService<IMeterFactory>().Create("FederatedIdentity.Test").CreateCounter<int>("t.others").Add(1);
        _services.GetRequiredService<IMeterFactory>().Create("Stranger").CreateCounter<int>("t.stranger").Add(1);

        Assert.DoesNotContain("t_others", await ScrapeAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("t_stranger", await ScrapeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_other_peoples_metrics_only_the_listed_labels_are_kept()
    {
        var http = _services.GetRequiredService<IMeterFactory>().Create("Microsoft.AspNetCore.Hosting")
            .CreateHistogram<double>("http.server.request.duration", "s");
        for (var number = 0; number < 50; number++)
        {
            http.Record(0.1, new("server.address", $"host{number}"), new("http.request.method", "GET"), new("url.scheme", $"s{number}"));
        }

        Assert.Equal(
            "http_server_request_duration_seconds_count{http_request_method=\"GET\"} 50",
            (await LinesAsync("http_server_request_duration"))[^1]);
    }

    public void Dispose()
    {
        _collector.Dispose();
        _services.Dispose();
    }

    private async Task<string> ScrapeAsync(bool openMetrics = false) =>
        Encoding.UTF8.GetString((await _collector.ScrapeAsync(openMetrics, default)).Span);

    private async Task<string[]> LinesAsync(string name, bool openMetrics = false) =>
        [.. (await ScrapeAsync(openMetrics)).Split('\n').Where(line => line.Contains(name, StringComparison.Ordinal))];
}
