using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.Hosting;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.OpenId;

/// <summary>
/// Issues the OpenID token of an identity: the claims of the real service in its order, signed with the current key.
/// One signature, and nearly always no I/O.
/// </summary>
internal sealed class OpenIdTokenIssuer(
    SigningKeyRing keys, IOptions<TokenOptions> tokens, IOptions<DeploymentOptions> deployment, TimeProvider clock)
{
    /// <summary>What GetOpenIdToken issues lives for ten minutes.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    // The token is not HTML: an unescaped '+' or 'é' keeps it short, and verifiers see the same claim either way.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Payload, Utf8JsonWriter Writer)? _page;

    private readonly string _issuer = tokens.Value.RequiredIssuer;

    /// <summary>The token of <paramref name="claims"/>, which are about an identity of <paramref name="pool"/>.</summary>
    public async ValueTask<string> IssueAsync(IdentityClaims claims, Pool pool, TimeSpan lifetime, CancellationToken ct)
    {
        var key = await keys.CurrentAsync(ct);
        return key.Sign(PayloadOf(claims, pool, lifetime));
    }

    /// <summary>To be used before anything else is awaited: the next payload of this thread takes its place.</summary>
    private ReadOnlySpan<byte> PayloadOf(IdentityClaims claims, Pool pool, TimeSpan lifetime)
    {
        var (payload, writer) = _page ??= NewPage();
        payload.ResetWrittenCount();
        writer.Reset(payload);
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        writer.WriteStartObject();
        writer.WriteString("sub", claims.Subject);
        writer.WriteString("aud", claims.Audience);
        WriteAmr(writer, claims.Amr);
        WriteTags(writer, claims.Tags);
        writer.WriteString("iss", _issuer);
        writer.WriteString(
            "https://cognito-identity.amazonaws.com/identity-pool-arn", deployment.Value.PoolArn(pool.AccountId, pool.Id.Value));
        writer.WriteNumber("exp", now + (long)lifetime.TotalSeconds);
        writer.WriteNumber("iat", now);
        writer.WriteEndObject();
        writer.Flush();
        return payload.WrittenSpan;
    }

    private static (ArrayBufferWriter<byte> Payload, Utf8JsonWriter Writer) NewPage()
    {
        var payload = new ArrayBufferWriter<byte>(1024);
        return (payload, new Utf8JsonWriter(payload, Plain));
    }

    private static void WriteTags(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> tags)
    {
        if (tags.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("https://aws.amazon.com/tags");
        writer.WriteStartObject("principal_tags");
        foreach (var (key, value) in tags)
        {
            writer.WriteStartArray(key);
            writer.WriteStringValue(value);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteAmr(Utf8JsonWriter writer, IReadOnlyList<string> methods)
    {
        writer.WriteStartArray("amr");
        foreach (var method in methods)
        {
            writer.WriteStringValue(method);
        }

        writer.WriteEndArray();
    }
}
