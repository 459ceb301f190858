using FederatedIdentity.Domain.Logins;

namespace FederatedIdentity.Providers.Engines;

/// <summary>What a provider says of an opaque token when it is asked.</summary>
internal abstract record OpaqueResult
{
    private OpaqueResult() { }

    /// <summary>
    /// The token is good for this app until <paramref name="ExpiresAt"/>, null when the provider names no end.
    /// </summary>
    public sealed record Valid(string Subject, LoginClaims Claims, DateTimeOffset? ExpiresAt) : OpaqueResult;

    /// <summary>See <see cref="LoginVerdict.Rejected"/>.</summary>
    public sealed record Invalid(string Sentence, string Detail) : OpaqueResult;

    /// <summary>The provider could not be asked, or its answer says nothing about the token.</summary>
    public sealed record Unavailable(string Detail) : OpaqueResult;
}
