using System.Text.Json;

namespace FederatedIdentity.Jose;

/// <summary>
/// The usable public keys of one provider, in the order published. Keys this product cannot or must not use are left out and
/// listed in <see cref="Skipped"/>; they never make the set fail.
/// </summary>
public sealed class JwkSet
{
    /// <summary>The first so many usable keys count; published sets have one to five.</summary>
    public const int MaxKeys = 256;

    /// <summary>The first so many members of <c>keys</c> are looked at at all, so that a hostile set costs bounded time.</summary>
    public const int MaxEntries = 1024;

    private const int MaxDepth = 32;

    private JwkSet(IReadOnlyList<VerificationKey> keys, IReadOnlyList<SkippedKey> skipped)
    {
        Keys = keys;
        Skipped = skipped;
    }

    /// <summary>May be empty: whether an empty set replaces a good one is for the caller to decide.</summary>
    public IReadOnlyList<VerificationKey> Keys { get; }

    public IReadOnlyList<SkippedKey> Skipped { get; }

    /// <summary>
    /// Null with a reason for the log if the text as a whole is no JWK set; <paramref name="fault"/> is empty otherwise. Never throws.
    /// </summary>
    public static JwkSet? TryParse(ReadOnlySpan<byte> json, out string fault)
    {
        if (StrictJson.Parse(json, MaxDepth, out var duplicate) is not { } root)
        {
            fault = duplicate ? "The key set repeats a member name." : "The key set is not valid UTF-8 JSON.";
            return null;
        }

        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("keys"u8, out var members) ||
            members.ValueKind != JsonValueKind.Array)
        {
            fault = "The key set has no array named keys.";
            return null;
        }

        fault = "";
        return Read(members);
    }

    /// <summary>
    /// The one key that may verify a token with this header. The algorithm decides first (key type, curve, the key's own
    /// <c>alg</c>), then the <c>kid</c>, compared ordinally; without a <c>kid</c> exactly one key must be left.
    /// </summary>
    public KeyChoice Choose(string algorithm, string? kid)
    {
        if (JwsAlgorithm.Find(algorithm) is not { } wanted)
        {
            return new KeyChoice.None();
        }

        VerificationKey? found = null;
        var idIsKnown = kid is null;
        foreach (var key in Keys)
        {
            if (kid is not null && key.KeyId != kid)
            {
                continue;
            }

            idIsKnown = true;
            if (!key.Fits(wanted))
            {
                continue;
            }

            if (found is not null)
            {
                return new KeyChoice.Ambiguous();
            }

            found = key;
        }

        return found is not null ? new KeyChoice.Found(found) : idIsKnown ? new KeyChoice.None() : new KeyChoice.Unknown();
    }

    private static JwkSet Read(JsonElement members)
    {
        var keys = new List<VerificationKey>();
        var skipped = new List<SkippedKey>();
        var seen = 0;
        foreach (var member in members.EnumerateArray())
        {
            if (keys.Count == MaxKeys || seen++ == MaxEntries)
            {
                skipped.Add(new SkippedKey(null, SkipReason.TooManyKeys));
                break;
            }

            if (JwkReader.Read(member, out var reason) is { } key)
            {
                keys.Add(key);
            }
            else
            {
                skipped.Add(reason!);
            }
        }

        return new JwkSet(keys, skipped);
    }
}
