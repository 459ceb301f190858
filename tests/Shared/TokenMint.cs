using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.Tests.Shared;

/// <summary>A small OpenID provider on loopback inside the test, for tests that need thousands of tokens.</summary>
internal sealed class TokenMint : IAsyncDisposable
{
    public const string ClientId = "mint-client";

    private readonly WebApplication _app;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Lock _signing = new();

    private TokenMint(WebApplication app) => _app = app;

    public string Issuer { get; private set; } = "";

    /// <summary>The key of a Logins map.</summary>
    public string LoginKey => new Uri(Issuer).Authority;

    public string Arn => $"arn:aws:iam::000000000000:oidc-provider/{LoginKey}";

    public static async Task<TokenMint> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var mint = new TokenMint(app);
        app.Run(mint.AnswerAsync);
        await app.StartAsync();
        mint.Issuer = app.Urls.Single();
        return mint;
    }

    /// <summary>A Logins map that proves a user.</summary>
    public Dictionary<string, string> Login(string subject) => new() { [LoginKey] = Token(subject) };

    /// <summary>With another <paramref name="issuer"/> than the mint's own, only the signature is wrong with it.</summary>
    public string Token(string subject, string? issuer = null)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new { iss = issuer ?? Issuer, sub = subject, aud = ClientId, iat = now, exp = now + 3600 };
        var input = Encode("""{"alg":"ES256","kid":"mint"}"""u8) + "." + Encode(JsonSerializer.SerializeToUtf8Bytes(claims));
        lock (_signing)
        {
            return input + "." + Encode(_key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256));
        }
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
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        object document = http.Request.Path == "/keys"
            ? new { keys = new[] { new { kty = "EC", crv = "P-256", kid = "mint", alg = "ES256", x = Encode(point.X), y = Encode(point.Y) } } }
            : new { issuer = Issuer, jwks_uri = Issuer + "/keys" };
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(JsonSerializer.Serialize(document), http.RequestAborted);
    }

    private static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
