using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// A stranger who verifies our tokens and shares no code with the server. It keeps the key set as long as the answer allows, and reads it
/// again for a key it does not know, but not more often than every 30 seconds, as common libraries do.
/// </summary>
internal sealed class TokenVerifier(Uri keys, string issuer, string audience) : IDisposable
{
    private static readonly TimeSpan Cooldown = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WhenNotTold = TimeSpan.FromMinutes(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler()) { Timeout = TimeSpan.FromSeconds(5) };
    private readonly SemaphoreSlim _reading = new(1);
    private FrozenDictionary<string, RSA> _keys = FrozenDictionary<string, RSA>.Empty;
    private long _read;
    private TimeSpan _lifetime;

    /// <summary>Reads the keys now, whatever is known.</summary>
    public async Task ReadAsync()
    {
        using var answer = (await _http.GetAsync(keys)).EnsureSuccessStatusCode();
        var set = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["keys"]!.AsArray();
        _keys = set.ToFrozenDictionary(key => key!["kid"]!.GetValue<string>(), key => RSA.Create(new RSAParameters
        {
            Modulus = Decode(key!["n"]!.GetValue<string>()), Exponent = Decode(key["e"]!.GetValue<string>()),
        }));
        (_read, _lifetime) = (Timeline.Now, answer.Headers.CacheControl?.MaxAge ?? WhenNotTold);
    }

    /// <summary>Verifies what was just issued, and keeps it for the end.</summary>
    public async Task CheckAsync(string token, string identity, Journal journal)
    {
        if (await FaultAsync(token, identity) is { } fault)
        {
            journal.Violated($"a token of {identity} is not valid: {fault}");
        }

        journal.Keep(token, identity);
    }

    /// <summary>Why the token proves nothing about the identity, or null.</summary>
    public async Task<string?> FaultAsync(string token, string identity)
    {
        if (token.Split('.') is not [var head, var body, var signature])
        {
            return "not three parts";
        }

        var header = JsonNode.Parse(Decode(head))!;
        var claims = JsonNode.Parse(Decode(body))!;
        if (header["alg"]!.GetValue<string>() != "RS512")
        {
            return $"algorithm {header["alg"]}";
        }

        if (await KeyAsync(header["kid"]!.GetValue<string>()) is not { } key)
        {
            return $"key {header["kid"]} is not published";
        }

        if (!key.VerifyData(
            Encoding.ASCII.GetBytes($"{head}.{body}"), Decode(signature), HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1))
        {
            return "signature";
        }

        return (claims["iss"]!.GetValue<string>(), claims["aud"]!.GetValue<string>(), claims["sub"]!.GetValue<string>()) switch
        {
            var (iss, _, _) when iss != issuer => $"issuer {iss}",
            var (_, aud, _) when aud != audience => $"audience {aud}",
            var (_, _, sub) when sub != identity => $"subject {sub}",
            _ when claims["exp"]!.GetValue<long>() <= TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() => "expired",
            _ => null,
        };
    }

    public void Dispose()
    {
        _http.Dispose();
        _reading.Dispose();
    }

    private async Task<RSA?> KeyAsync(string kid)
    {
        if (!IsDue(kid))
        {
            return _keys.GetValueOrDefault(kid);
        }

        await _reading.WaitAsync();
        try
        {
            if (IsDue(kid))
            {
                await ReadAsync();
            }
        }
        catch (HttpRequestException)
        {
            // Goes on with the keys it has, as libraries do.
        }
        finally
        {
            _reading.Release();
        }

        return _keys.GetValueOrDefault(kid);
    }

    private bool IsDue(string kid) =>
        TimeProvider.System.GetElapsedTime(_read) is var age && (age >= _lifetime || (age >= Cooldown && !_keys.ContainsKey(kid)));

    private static byte[] Decode(string text) => Base64Url.DecodeFromChars(text);
}
