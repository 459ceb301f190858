using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;

namespace FederatedIdentity.Examples;

/// <summary>
/// The published keys of an issuer. Fetches when nothing is known, when what is known is old, and for an unknown kid; never more
/// often than the cool-down.
/// </summary>
public sealed class IssuerKeys : IDisposable
{
    private const int AnswerLimit = 1 << 20;
    private static readonly TimeSpan LongestWithoutIssuer = TimeSpan.FromHours(24);

    private readonly string _issuer;
    private readonly string _algorithm;
    private readonly TimeSpan _cooldown;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _one = new(1);
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(5),
        MaxResponseContentBufferSize = AnswerLimit,
    };

    // Keys are replaced, never disposed: another thread may be verifying with one.
    private Dictionary<string, AsymmetricAlgorithm> _keys = [];
    private DateTimeOffset? _read;
    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private TimeSpan _lifetime;
    private Exception? _fault;

    public IssuerKeys(string issuer, string algorithm, TimeSpan cooldown, TimeProvider clock)
    {
        var url = new Uri(issuer);
        if (url.Scheme != "https" && !(url.Scheme == "http" && url.IsLoopback)) // Plain http is for tests on this machine.
        {
            throw new ArgumentException($"{issuer} must be https", nameof(issuer));
        }

        (_issuer, _algorithm, _cooldown, _clock) = (issuer, algorithm, cooldown, clock);
    }

    /// <summary>Null when the issuer has no such key; throws <see cref="HttpRequestException"/> when that could not be found out.</summary>
    public async Task<AsymmetricAlgorithm?> FindAsync(string kid, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            var now = _clock.GetUtcNow();
            if ((!_keys.ContainsKey(kid) || now - _read > _lifetime) && now >= _next)
            {
                _next = now + _cooldown;
                await TryFetchAsync(now, ct);
            }

            return _keys.GetValueOrDefault(kid) is { } key && now - _read < LongestWithoutIssuer ? key
                : _fault is null && _read is not null ? null
                : throw new HttpRequestException("The keys could not be read.", _fault);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _one.Dispose();
    }

    private async Task TryFetchAsync(DateTimeOffset now, CancellationToken ct)
    {
        try
        {
            (_keys, _lifetime) = await FetchAsync(ct);
            (_read, _fault) = (now, null);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested && fault is HttpRequestException or OperationCanceledException
            or JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException
            or CryptographicException)
        {
            _fault = fault; // What is known stays in use for a day.
        }
    }

    private async Task<(Dictionary<string, AsymmetricAlgorithm> Keys, TimeSpan Lifetime)> FetchAsync(CancellationToken ct)
    {
        var (document, _) = await GetAsync(new Uri($"{_issuer.TrimEnd('/')}/.well-known/openid-configuration"), ct);
        var address = new Uri(document.GetProperty("jwks_uri").GetString()!);
        if (document.GetProperty("issuer").GetString() != _issuer
            || address.GetLeftPart(UriPartial.Authority) != new Uri(_issuer).GetLeftPart(UriPartial.Authority))
        {
            throw new HttpRequestException("The discovery document is another issuer's.");
        }

        var (set, lifetime) = await GetAsync(address, ct);
        return (set.GetProperty("keys").EnumerateArray().Where(IsOurs)
            .ToDictionary(key => key.GetProperty("kid").GetString()!, Import), lifetime);
    }

    private bool IsOurs(JsonElement key) =>
        key.TryGetProperty("alg", out var algorithm) && algorithm.GetString() == _algorithm
        && (!key.TryGetProperty("use", out var use) || use.GetString() == "sig");

    private AsymmetricAlgorithm Import(JsonElement key)
    {
        byte[] Bytes(string name) => Base64Url.DecodeFromChars(key.GetProperty(name).GetString());
        return (_algorithm, key.GetProperty("kty").GetString()) switch
        {
            ("RS512" or "RS256", "RSA") => RSA.Create(new RSAParameters { Modulus = Bytes("n"), Exponent = Bytes("e") }),
            ("ES256", "EC") when key.GetProperty("crv").GetString() == "P-256" => ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = Bytes("x"), Y = Bytes("y") },
            }),
            _ => throw new CryptographicException("A key that does not fit its algorithm."),
        };
    }

    private async Task<(JsonElement Document, TimeSpan Lifetime)> GetAsync(Uri address, CancellationToken ct)
    {
        using var answer = await _http.GetAsync(address, ct);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw new HttpRequestException(string.Create(CultureInfo.InvariantCulture, $"{address} answered {(int)answer.StatusCode}"));
        }

        var seconds = (answer.Headers.CacheControl?.MaxAge ?? TimeSpan.FromMinutes(5)).TotalSeconds;
        return (JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(ct)), TimeSpan.FromSeconds(Math.Clamp(seconds, 60, 86400)));
    }
}
