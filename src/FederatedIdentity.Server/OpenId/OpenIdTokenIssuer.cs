using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.Operations;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.OpenId;

/// <summary>
/// Issues the OpenID token of an identity: the claims of the real service in its order, signed with the current key.
/// One signature and no I/O.
/// </summary>
internal sealed class OpenIdTokenIssuer(
    SigningKeyRing keys, IOptions<TokenOptions> tokens, IOptions<DeploymentOptions> deployment, TimeProvider clock)
{
    /// <summary>What GetOpenIdToken issues lives for ten minutes.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    // The token is not HTML: an unescaped '+' or 'é' keeps it short, and verifiers see the same claim either way.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _issuer = tokens.Value.RequiredIssuer;

    /// <summary>
    /// <paramref name="logins"/> are the logins proven in this call, not all that the identity has; none makes a guest's token.
    /// Their claims give principal tags as the pool says; <paramref name="tags"/> come from the developer and win.
    /// </summary>
    public string Issue(
        IdentityId identity,
        Pool pool,
        IReadOnlyList<VerifiedLogin> logins,
        TimeSpan lifetime,
        IEnumerable<KeyValuePair<string, string>>? tags = null)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var payload = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(payload, Plain))
        {
            writer.WriteStartObject();
            writer.WriteString("sub", identity.Value);
            writer.WriteString("aud", pool.Id.Value);
            WriteAmr(writer, logins);
            WriteTags(writer, TagsOf(pool, logins, tags));
            writer.WriteString("iss", _issuer);
            writer.WriteString(
                "https://cognito-identity.amazonaws.com/identity-pool-arn", deployment.Value.PoolArn(pool.AccountId, pool.Id.Value));
            writer.WriteNumber("exp", now + (long)lifetime.TotalSeconds);
            writer.WriteNumber("iat", now);
            writer.WriteEndObject();
        }

        return keys.Current.Sign(payload.WrittenSpan);
    }

    private static SortedDictionary<string, string>? TagsOf(
        Pool pool, IReadOnlyList<VerifiedLogin> logins, IEnumerable<KeyValuePair<string, string>>? given)
    {
        if (given is null && pool.PrincipalTagMaps.Count == 0)
        {
            return null;
        }

        var tags = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase); // As STS compares tag keys.
        foreach (var (key, value) in given ?? [])
        {
            tags[key] = value;
        }

        foreach (var login in logins)
        {
            foreach (var (key, value) in pool.PrincipalTagsFor(login.Login.Provider, login.Claims))
            {
                tags.TryAdd(key, value); // The first login that gives a tag keeps it.
            }
        }

        return tags;
    }

    private static void WriteTags(Utf8JsonWriter writer, SortedDictionary<string, string>? tags)
    {
        if (tags is null or { Count: 0 })
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

    private static void WriteAmr(Utf8JsonWriter writer, IReadOnlyList<VerifiedLogin> logins)
    {
        writer.WriteStartArray("amr");
        writer.WriteStringValue(logins.Count == 0 ? "unauthenticated" : "authenticated");
        foreach (var login in logins)
        {
            writer.WriteStringValue(login.Login.Provider);
            writer.WriteStringValue(login.Amr);
        }

        writer.WriteEndArray();
    }
}
