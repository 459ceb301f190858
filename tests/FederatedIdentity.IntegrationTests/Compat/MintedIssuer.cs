using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.IntegrationTests.Compat;

/// <summary>
/// A stand-in for our server whose keys the test holds, so that it can sign what our server never would, change its keys, and be
/// down. It counts how often its keys are read.
/// </summary>
internal sealed class MintedIssuer : IAsyncDisposable
{
    public const string Pool = "us-east-1:11111111-2222-3333-4444-555555555555";
    public const string Identity = "us-east-1:99999999-8888-7777-6666-555555555555";

    private readonly WebApplication _app;
    private readonly Dictionary<string, (string Algorithm, AsymmetricAlgorithm Key)> _keys = [];
    private int _reads;

    private MintedIssuer(WebApplication app) => _app = app;

    public string Issuer { get; private set; } = "";

    /// <summary>What the discovery document says.</summary>
    public string AnnouncedIssuer { get; set; } = "";

    public bool IsDown { get; set; }

    public string Use { get; set; } = "sig";

    public int Reads => _reads;

    public static async Task<MintedIssuer> StartAsync(string algorithm = "RS512")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var issuer = new MintedIssuer(app);
        issuer.AddKey("1", algorithm);
        app.Run(issuer.AnswerAsync);
        await app.StartAsync();
        issuer.Issuer = issuer.AnnouncedIssuer = app.Urls.Single();
        return issuer;
    }

    public void AddKey(string kid, string algorithm) =>
        _keys[kid] = (algorithm, algorithm == "ES256" ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : RSA.Create(2048));

    public void RemoveKey(string kid)
    {
        _keys.Remove(kid, out var removed);
        removed.Key.Dispose();
    }

    /// <summary>The claims of a token that our server would issue now.</summary>
    public JsonObject Claims()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return new JsonObject
        {
            ["sub"] = Identity,
            ["aud"] = Pool,
            ["amr"] = new JsonArray("authenticated", "accounts.google.com", "accounts.google.com:app:42"),
            ["iss"] = Issuer,
            ["exp"] = now + 600,
            ["iat"] = now,
        };
    }

    /// <summary>A token like our server's, but for the changes, which the signature covers.</summary>
    public string Token(Action<JsonObject>? change = null, Action<JsonObject>? changeHeader = null, string kid = "1")
    {
        var (algorithm, key) = _keys[kid];
        var (header, claims) = (new JsonObject { ["kid"] = kid, ["typ"] = "JWS", ["alg"] = algorithm }, Claims());
        change?.Invoke(claims);
        changeHeader?.Invoke(header);
        var input = $"{Encode(header)}.{Encode(claims)}";
        return $"{input}.{Base64Url.EncodeToString(Sign($"{header["alg"]}", key, Encoding.ASCII.GetBytes(input)))}";
    }

    public static string Encode(JsonNode part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        foreach (var (_, key) in _keys.Values)
        {
            key.Dispose();
        }
    }

    private static byte[] Sign(string algorithm, AsymmetricAlgorithm key, byte[] input) => key is ECDsa ecdsa
        ? ecdsa.SignData(input, HashAlgorithmName.SHA256)
        : ((RSA)key).SignData(
            input,
            algorithm.EndsWith("256", StringComparison.Ordinal) ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512,
            algorithm.StartsWith("PS", StringComparison.Ordinal) ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);

    private Task AnswerAsync(HttpContext http)
    {
        if (IsDown)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        }

        var document = new JsonObject { ["issuer"] = AnnouncedIssuer, ["jwks_uri"] = $"{Issuer}/keys" };
        if (http.Request.Path == "/keys")
        {
            Interlocked.Increment(ref _reads);
            document = new JsonObject { ["keys"] = new JsonArray([.. _keys.Select(key => Jwk(key.Key, key.Value.Algorithm, key.Value.Key))]) };
        }

        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "public, max-age=3600";
        return http.Response.WriteAsync(document.ToJsonString(), http.RequestAborted);
    }

    private JsonObject Jwk(string kid, string algorithm, AsymmetricAlgorithm key)
    {
        var jwk = new JsonObject { ["kid"] = kid, ["alg"] = algorithm, ["use"] = Use };
        if (key is ECDsa ecdsa)
        {
            var point = ecdsa.ExportParameters(includePrivateParameters: false).Q;
            (jwk["kty"], jwk["crv"]) = ("EC", "P-256");
            (jwk["x"], jwk["y"]) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
            return jwk;
        }

        var rsa = ((RSA)key).ExportParameters(includePrivateParameters: false);
        (jwk["kty"], jwk["n"], jwk["e"]) = ("RSA", Base64Url.EncodeToString(rsa.Modulus), Base64Url.EncodeToString(rsa.Exponent));
        return jwk;
    }
}
