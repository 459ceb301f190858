using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.Benchmarks;

/// <summary>An OpenID provider on loopback with an RSA and an EC key, whose tokens look like those of the large providers.</summary>
internal sealed class BenchIssuer : IAsyncDisposable
{
    public const string ClientId = "407408718192.apps.googleusercontent.com";

    public const string Subject = "110169484474386276334";

    private readonly WebApplication _app;

    private BenchIssuer(WebApplication app) => _app = app;

    public RSA Rsa { get; } = RSA.Create(2048);

    public ECDsa Ec { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Url { get; private set; } = "";

    public static async Task<BenchIssuer> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        var issuer = new BenchIssuer(app);
        app.Run(context => context.Response.WriteAsync(issuer.Document(context.Request.Path)));
        await app.StartAsync();
        issuer.Url = app.Urls.Single();
        return issuer;
    }

    public string RsaToken(string subject = Subject) => Token("RS256", subject, input => Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public string EcToken() => Token("ES256", Subject, input => Ec.SignData(input, HashAlgorithmName.SHA256));

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Rsa.Dispose();
        Ec.Dispose();
    }

    private string Token(string alg, string subject, Func<byte[], byte[]> sign)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var header = new JsonObject { ["alg"] = alg, ["kid"] = alg, ["typ"] = "JWT" };
        var claims = new JsonObject
        {
            ["iss"] = Url,
            ["azp"] = ClientId,
            ["aud"] = ClientId,
            ["sub"] = subject,
            ["at_hash"] = "HK6E_P6Dh8Y93mRNtsDB1Q",
            ["email"] = "jsmith@example.com",
            ["email_verified"] = true,
            ["iat"] = now,
            ["exp"] = now + 3600,
            ["nonce"] = "0394852-3190485-2490358",
        };
        var input = Encode(Encoding.UTF8.GetBytes(header.ToJsonString())) + "." + Encode(Encoding.UTF8.GetBytes(claims.ToJsonString()));
        return input + "." + Encode(sign(Encoding.ASCII.GetBytes(input)));
    }

    private string Document(string path)
    {
        if (path != "/keys")
        {
            return new JsonObject { ["issuer"] = Url, ["jwks_uri"] = Url + "/keys" }.ToJsonString();
        }

        var (rsa, point) = (Rsa.ExportParameters(false), Ec.ExportParameters(false).Q);
        return new JsonObject
        {
            ["keys"] = new JsonArray(
                new JsonObject { ["kty"] = "RSA", ["kid"] = "RS256", ["n"] = Encode(rsa.Modulus!), ["e"] = Encode(rsa.Exponent!) },
                new JsonObject
                {
                    ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = "ES256", ["x"] = Encode(point.X!), ["y"] = Encode(point.Y!),
                }),
        }.ToJsonString();
    }

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
