using System.Globalization;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>
/// What rate limits with a Redis and telemetry add to a call, by two servers of one deployment that differ in nothing else: not in what
/// they did before either, since a server that took part in other rows has its code compiled longer since.
/// </summary>
internal static class ExtraRows
{
    private const string Most = "1000000"; // Nobody is refused, everything is counted.

    public static async Task<IEnumerable<Row>> OfAsync(Stage stage, Sides sides)
    {
        var redis = stage.Keep(await RedisProcess.StartAsync());
        var limited = await stage.JoinAsync(stage.Es256, Limits(redis));
        var collector = ("OTEL_EXPORTER_OTLP_ENDPOINT", stage.Keep(await OtlpReceiver.StartAsync()).Urls.Single());
        var (observed, observedRsa) = (await stage.JoinAsync(stage.Es256, collector), await stage.JoinAsync(stage.Rs512, collector));
        var (unlimited, unobserved) = (await stage.JoinAsync(stage.Es256), await stage.JoinAsync(stage.Es256));
        var unobservedRsa = await stage.JoinAsync(stage.Rs512);
        var withLimits = await LimitedAsync("GetOpenIdToken guest ES256 limited", limited, redis, stage, sides);
        var withoutLimits = await sides.GuestTokensAsync("GetOpenIdToken guest ES256 not limited", unlimited);
        var withTelemetry = await sides.OfAsync("GetId known login observed", observed, observed.People.KnownLogins(observed.Server.Url));
        var withoutTelemetry = await sides.OfAsync(
            "GetId known login not observed", unobserved, unobserved.People.KnownLogins(unobserved.Server.Url));
        var withTelemetryRsa = await sides.GuestTokensAsync("GetOpenIdToken guest RS512 observed", observedRsa);
        var withoutTelemetryRsa = await sides.GuestTokensAsync("GetOpenIdToken guest RS512 not observed", unobservedRsa);
        return
        [
            new("rate limits with Redis, CPU", withLimits, withoutLimits, Goal.AddsAtMost(15)),
            new("rate limits with Redis, round trips", withLimits, withoutLimits, Goal.RoundTripsAtMost(1)),
            new("telemetry of GetId", withTelemetry, withoutTelemetry, Goal.CpuAtMost(1.05)),
            new("telemetry of a token RS512", withTelemetryRsa, withoutTelemetryRsa, Goal.CpuAtMost(1.05)),
        ];
    }

    /// <summary>Settings of a server that counts a token on every budget there is, and refuses nobody.</summary>
    public static (string Name, string? Value)[] Limits(RedisProcess redis) =>
    [
        (Deployment.RateLimits, "true"),
        ("ConnectionStrings__Redis", redis.ConnectionString),
        ("FederatedIdentity__RateLimits__Operations__GetOpenIdToken", Most),
        ("FederatedIdentity__RateLimits__PerPool", Most),
        ("FederatedIdentity__RateLimits__PerSource", Most),
        ("FederatedIdentity__RateLimits__PerIdentity", Most),
    ];

    /// <summary>Tokens of a server with those settings.</summary>
    public static async Task<Side> LimitedAsync(string name, Party party, RedisProcess redis, Stage stage, Sides sides) => Sides.Of(
        name,
        party.Server.Url,
        sides.TiersOf(party) with { Redis = redis.Program.Process.Id, RoundTripsAsync = () => ScriptsOfAsync(redis.Port) },
        await stage.FileAsync(party.People.GuestTokens(party.Server.Url)));

    /// <summary>Scripts that came over the wire; what they call inside of Redis counts under names of its own.</summary>
    private static async Task<double> ScriptsOfAsync(int port) =>
        (await Tool.RunAsync("redis-cli", "-p", $"{port}", "info", "commandstats")).Split('\n')
            .Where(line => line.StartsWith("cmdstat_eval", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.AsSpan(line.IndexOf('=') + 1, line.IndexOf(',') - line.IndexOf('=') - 1), CultureInfo.InvariantCulture));
}
