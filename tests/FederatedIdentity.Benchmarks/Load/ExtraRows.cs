using System.Globalization;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>
/// What rate limits with a Redis and telemetry add to a call, by servers of one deployment that differ in nothing else: not in what
/// they did before either, since a server that took part in other rows has its code compiled longer since.
/// </summary>
internal static class ExtraRows
{
    private const string Most = "1000000"; // Nobody is refused, everything is counted.
    private const int Processes = 3; // Of each, so that what they differ by is not taken for what is added.

    public static async Task<IEnumerable<Row>> OfAsync(Stage stage, Sides sides)
    {
        var redis = stage.Keep(await RedisProcess.StartAsync());
        var collector = ("OTEL_EXPORTER_OTLP_ENDPOINT", stage.Keep(await OtlpReceiver.StartAsync()).Urls.Single());
        var withLimits = await LimitedAsync(
            "GetOpenIdToken guest ES256 limited", await stage.JoinAsync(Processes, stage.Es256, Limits(redis)), redis, sides);
        var withoutLimits = await sides.OfEachInTurnAsync(
            "GetOpenIdToken guest ES256 not limited", await stage.JoinAsync(Processes, stage.Es256), Tokens);
        var withTelemetry = await sides.OfEachInTurnAsync(
            "GetId known login observed", await stage.JoinAsync(Processes, stage.Es256, collector), Logins);
        var withoutTelemetry = await sides.OfEachInTurnAsync(
            "GetId known login not observed", await stage.JoinAsync(Processes, stage.Es256), Logins);
        var withTelemetryRsa = await sides.OfEachInTurnAsync(
            "GetOpenIdToken guest RS512 observed", await stage.JoinAsync(Processes, stage.Rs512, collector), Tokens);
        var withoutTelemetryRsa = await sides.OfEachInTurnAsync(
            "GetOpenIdToken guest RS512 not observed", await stage.JoinAsync(Processes, stage.Rs512), Tokens);
        return
        [
            new("rate limits with Redis, CPU", withLimits, withoutLimits, Goal.AddsAtMost(15)) { AtOnce = true },
            new("rate limits with Redis, round trips", withLimits, withoutLimits, Goal.RoundTripsAtMost(1)) { AtOnce = true },
            new("telemetry of GetId", withTelemetry, withoutTelemetry, Goal.CpuAtMost(1.05)) { AtOnce = true },
            new("telemetry of a token RS512", withTelemetryRsa, withoutTelemetryRsa, Goal.CpuAtMost(1.05)) { AtOnce = true },
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

    /// <summary>Tokens of servers with those settings.</summary>
    public static Task<Side> LimitedAsync(string name, Party[] parties, RedisProcess redis, Sides sides)
    {
        var tiers = sides.TiersOf(parties) with { Redis = redis.Program.Process.Id, RoundTripsAsync = () => ScriptsOfAsync(redis.Port) };
        return sides.OfEachInTurnAsync(name, parties, Tokens, tiers);
    }

    private static IEnumerable<string> Tokens(Party party) => party.People.GuestTokens(party.Server.Url);

    private static IEnumerable<string> Logins(Party party) => party.People.KnownLogins(party.Server.Url);

    /// <summary>Scripts that came over the wire; what they call inside of Redis counts under names of its own.</summary>
    private static async Task<double> ScriptsOfAsync(int port) =>
        (await Tool.RunAsync("redis-cli", "-p", $"{port}", "info", "commandstats")).Split('\n')
            .Where(line => line.StartsWith("cmdstat_eval", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.AsSpan(line.IndexOf('=') + 1, line.IndexOf(',') - line.IndexOf('=') - 1), CultureInfo.InvariantCulture));
}
