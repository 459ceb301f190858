using System.Text.Json.Serialization;
using FederatedIdentity.Domain;

namespace FederatedIdentity.Server.Sts;

/// <summary>A grant as it stands in a token; the names are short because the token travels with every call.</summary>
internal sealed record SealedGrant
{
    public required string K { get; init; }

    public required string S { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] // The account's root is the default value.
    public required CallerKind T { get; init; }

    public required string A { get; init; }

    public required string N { get; init; }

    public string? P { get; init; }

    public required string I { get; init; }

    public string? R { get; init; }

    public required long F { get; init; }

    public required long E { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public IReadOnlyList<string>? Keep { get; init; }

    public string? Source { get; init; }

    public IReadOnlyList<string>? Pol { get; init; }

    public bool G { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Fed { get; init; }

    public static SealedGrant Of(SessionGrant grant)
    {
        var session = grant.Session;
        return new()
        {
            K = grant.AccessKeyId,
            S = grant.Secret.Reveal,
            F = grant.IssuedAt.ToUnixTimeSeconds(),
            E = grant.ExpiresAt.ToUnixTimeSeconds(),
            T = session.Kind,
            A = session.AccountId,
            N = session.Name,
            P = session.Path == "/" ? null : session.Path,
            I = session.PrincipalId,
            R = session.SessionName,
            Tags = session.Tags.Count > 0 ? session.Tags : null,
            Keep = session.TransitiveTagKeys.Count > 0 ? session.TransitiveTagKeys : null,
            Source = session.SourceIdentity,
            Pol = session.Policies.Count > 0 ? session.Policies : null,
            G = session.IsGuest,
            Fed = session.Federation.Count > 0 ? session.Federation : null,
        };
    }

    public SessionGrant Open() => new(
        K,
        new SecretKey(S),
        DateTimeOffset.FromUnixTimeSeconds(F),
        DateTimeOffset.FromUnixTimeSeconds(E),
        new SessionDraft(T, A, N, P ?? "/", I)
        {
            SessionName = R,
            Tags = Tags ?? new Dictionary<string, string>(),
            TransitiveTagKeys = Keep ?? [],
            SourceIdentity = Source,
            Policies = Pol ?? [],
            IsGuest = G,
            Federation = Fed ?? new Dictionary<string, IReadOnlyList<string>>(),
        });

    public override string ToString() => "[session grant]";
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(SealedGrant))]
internal sealed partial class SealedGrantJson : JsonSerializerContext;
