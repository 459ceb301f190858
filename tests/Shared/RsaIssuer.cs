using System.Collections.Concurrent;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.Tests.Shared;

/// <summary>
/// A loopback stand-in for a provider: announces its own address or a well-known name as issuer, and signs with RS256 whatever it is told.
/// </summary>
internal sealed class RsaIssuer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private static readonly ConcurrentDictionary<string, bool> Taken = [];

    private readonly RSA _key = RSA.Create(2048);

    private int _keyRequests;

    private RsaIssuer(WebApplication app) => _app = app;

    /// <summary>How often the key set was asked for.</summary>
    public int KeyRequests => Volatile.Read(ref _keyRequests);

    public string Issuer { get; private set; } = "";

    /// <summary>The issuer without its scheme.</summary>
    public string LoginKey => Issuer[(Issuer.IndexOf("//", StringComparison.Ordinal) + 2)..];

    /// <summary>The address of the stand-in.</summary>
    public string Url { get; private set; } = "";

    public string Discovery => $"{Url}/.well-known/openid-configuration";

    /// <summary>Never where another one was before: servers remember what an issuer's keys are and who registered it.</summary>
    public static async Task<RsaIssuer> StartAsync(string? issuer = null)
    {
        while (true)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var stand = new RsaIssuer(app);
            app.Run(stand.AnswerAsync);
            await app.StartAsync();
            stand.Url = app.Urls.Single();
            stand.Issuer = issuer ?? stand.Url;
            if (Taken.TryAdd(stand.Url, true))
            {
                return stand;
            }

            await stand.DisposeAsync();
        }
    }

    public string Token(string subject, string audience, Action<JsonObject>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject { ["iss"] = Issuer, ["sub"] = subject, ["aud"] = audience, ["iat"] = now, ["exp"] = now + 3600 };
        change?.Invoke(claims);
        var input = $"{Encode("""{"alg":"RS256","kid":"rsa"}"""u8)}.{Encode(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        return $"{input}.{Encode(_key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private Task AnswerAsync(HttpContext http)
    {
        var parameters = _key.ExportParameters(includePrivateParameters: false);
        var jwk = new JsonObject
        {
            ["kty"] = "RSA", ["kid"] = "rsa", ["use"] = "sig", ["alg"] = "RS256",
            ["n"] = Encode(parameters.Modulus), ["e"] = Encode(parameters.Exponent),
        };
        if (http.Request.Path == "/keys")
        {
            Interlocked.Increment(ref _keyRequests);
        }

        var document = http.Request.Path == "/keys"
            ? new JsonObject { ["keys"] = new JsonArray(jwk) }
            : new JsonObject { ["issuer"] = Issuer, ["jwks_uri"] = $"{Url}/keys" };
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(document.ToJsonString(), http.RequestAborted);
    }

    private static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
