using System.Text.Json;
using FederatedIdentity.Jose;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.OpenId;

/// <summary>What a token of our own says, or why it is none.</summary>
internal abstract record OwnToken
{
    private OwnToken() { }

    /// <summary>We issued it, and it has not expired.</summary>
    public sealed record Valid(IdentityClaims Claims) : OwnToken;

    /// <summary>We issued it, and it has expired. The numbers are epoch seconds.</summary>
    public sealed record Expired(long Now, long Expiry) : OwnToken;

    /// <summary>It is none of ours; <see cref="IsForeign"/> when it does not even say so.</summary>
    public sealed record Rejected(bool IsForeign) : OwnToken;
}

/// <summary>Verifies the tokens that we issued, when they come back in a Logins map. Without any grace: it is our own clock.</summary>
internal sealed class OwnTokenVerifier(SigningKeyRing keys, IOptions<TokenOptions> options, TimeProvider clock)
{
    public async ValueTask<OwnToken> VerifyAsync(string token, CancellationToken ct)
    {
        if (Jws.TryParse(token, out var parsed, allowJwsType: true) is not null || parsed is not { } jws
            || Text(jws, "iss") != options.Value.RequiredIssuer)
        {
            return new OwnToken.Rejected(IsForeign: true);
        }

        if (await keys.FindAsync(jws.Algorithm, jws.KeyId, ct) is not { } key || !key.Verify(jws))
        {
            return new OwnToken.Rejected(IsForeign: false);
        }

        // The signature is ours, so from here on the claims are as we write them.
        var expiry = jws.Claims.GetProperty("exp").GetInt64();
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return now >= expiry
            ? new OwnToken.Expired(now, expiry)
            : new OwnToken.Valid(new IdentityClaims(
                Text(jws, "sub")!,
                Text(jws, "aud")!,
                [.. jws.Claims.GetProperty("amr").EnumerateArray().Select(method => method.GetString()!)],
                TagsOf(jws)));
    }

    private static SortedDictionary<string, string> TagsOf(Jws jws)
    {
        var tags = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (jws.Claims.TryGetProperty("https://aws.amazon.com/tags", out var all))
        {
            foreach (var tag in all.GetProperty("principal_tags").EnumerateObject())
            {
                tags[tag.Name] = tag.Value[0].GetString()!;
            }
        }

        return tags;
    }

    private static string? Text(Jws jws, string claim) =>
        jws.Claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
