using System.Net;
using FederatedIdentity.Jose;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.Providers.Engines;

/// <summary>What one attempt to get an issuer's keys brought.</summary>
internal abstract record KeyFetch
{
    private KeyFetch() { }

    public sealed record Ok(byte[] Json, JwkSet Keys, Uri KeysUrl, TimeSpan Lifetime) : KeyFetch;

    public sealed record Failed(string Detail) : KeyFetch;
}

/// <summary>
/// Reads discovery document and key set once, believes them only as far as they fit the configured issuer, and keeps nothing.
/// </summary>
internal sealed partial class KeyFetcher(OutboundHttp http, ILogger<KeyFetcher> log)
{
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromHours(24);

    /// <summary>The time of one call, which both documents together have.</summary>
    public TimeSpan Deadline => http.Deadline;

    /// <summary>A set that may be used, or a reason for the log. Never throws.</summary>
    public static JwkSet? Read(ReadOnlySpan<byte> json, out string fault)
    {
        if (JwkSet.TryParse(json, out fault) is not { } keys)
        {
            return null;
        }

        // An empty set is a fault of its maker and must not replace a good one. A set of keys we cannot use is a decision and does.
        fault = keys.Keys.Count + keys.Skipped.Count == 0 ? "empty set" : "";
        return fault.Length == 0 ? keys : null;
    }

    /// <summary>Whether a set may be used for so many milliseconds, whatever its issuer says of it.</summary>
    public static bool IsLifetime(long milliseconds) =>
        milliseconds >= ShortestLifetime.TotalMilliseconds && milliseconds <= LongestLifetime.TotalMilliseconds;

    /// <summary>
    /// With <paramref name="knownKeysUrl"/>, from an earlier attempt, the discovery document is not read again. Being cancelled by
    /// <paramref name="deadline"/> is a failure like any other.
    /// </summary>
    public async Task<KeyFetch> FetchAsync(KeySource source, Uri? knownKeysUrl, CancellationToken deadline)
    {
        KeyFetch result;
        try
        {
            var (keysUrl, fault) = knownKeysUrl is not null ? (knownKeysUrl, null) : await LocateAsync(source, deadline);
            result = keysUrl is null ? new KeyFetch.Failed(fault!) : await FetchKeysAsync(source, keysUrl, deadline);
        }
        catch (OperationCanceledException)
        {
            result = new KeyFetch.Failed("discovery and keys: no complete answer in time");
        }

        if (result is KeyFetch.Failed failed)
        {
            Log.KeysNotObtained(log, source.Url, failed.Detail);
        }

        return result;
    }

    private async Task<(Uri? KeysUrl, string? Fault)> LocateAsync(KeySource source, CancellationToken ct)
    {
        if (!Uri.TryCreate(source.Url, UriKind.Absolute, out var url))
        {
            return (null, "the configured address is not a URL");
        }

        if (source.Issuer is null)
        {
            return (url, null);
        }

        return await http.SendAsync(RequestOf(source, url), ct) switch
        {
            FetchResult.Ok { Status: HttpStatusCode.OK } ok => DiscoveryDocument.Read(source, ok.Body),
            FetchResult.Ok ok => (null, $"discovery: status {(int)ok.Status}"),
            FetchResult.Failed failed => (null, $"discovery: {failed.Detail}"),
            var other => throw new InvalidOperationException(other.ToString()),
        };
    }

    private async Task<KeyFetch> FetchKeysAsync(KeySource source, Uri url, CancellationToken ct)
    {
        switch (await http.SendAsync(RequestOf(source, url), ct))
        {
            case FetchResult.Failed failed:
                return new KeyFetch.Failed($"keys: {failed.Detail}");
            case FetchResult.Ok { Status: HttpStatusCode.OK } ok:
                return ReadKeys(url, ok);
            case FetchResult.Ok ok:
                return new KeyFetch.Failed($"keys: status {(int)ok.Status}");
            case var other:
                throw new InvalidOperationException(other.ToString());
        }
    }

    private static OutboundRequest RequestOf(KeySource source, Uri url) =>
        new(source.Kind, url, OutboundRequest.Document) { Thumbprints = source.Thumbprints };

    private KeyFetch ReadKeys(Uri url, FetchResult.Ok answer)
    {
        if (Read(answer.Body, out var fault) is not { } keys)
        {
            return new KeyFetch.Failed($"keys: {fault}");
        }

        if (keys.Skipped.Any(skipped => skipped.Reason == SkipReason.PrivateKeyPublished))
        {
            Log.PrivateKeyPublished(log, url.Authority);
        }

        if (keys.Skipped.Any(skipped => skipped.Reason == SkipReason.PlatformLacksEd25519))
        {
            Log.Ed25519Published(log, url.Authority);
        }

        return new KeyFetch.Ok(answer.Body, keys, url, LifetimeOf(answer));
    }

    private static TimeSpan LifetimeOf(FetchResult.Ok answer)
    {
        if (answer.MaxAge is not { } maxAge)
        {
            return DefaultLifetime;
        }

        var left = maxAge - answer.Age;
        return left < ShortestLifetime ? ShortestLifetime : left > LongestLifetime ? LongestLifetime : left;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "No keys from {Source}: {Detail}")]
        public static partial void KeysNotObtained(ILogger log, string source, string detail);

        [LoggerMessage(2, LogLevel.Critical, "{Host} publishes a private signing key, which is ignored; its owner must replace it")]
        public static partial void PrivateKeyPublished(ILogger log, string host);

        [LoggerMessage(3, LogLevel.Warning, "{Host} publishes an Ed25519 key, which .NET cannot use; tokens signed with it are refused")]
        public static partial void Ed25519Published(ILogger log, string host);
    }
}
