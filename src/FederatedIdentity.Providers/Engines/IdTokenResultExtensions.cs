using FederatedIdentity.Domain.Logins;

namespace FederatedIdentity.Providers.Engines;

/// <summary>Says a refusal in the words of the login port; what makes a login of a valid token is each provider's own business.</summary>
internal static class IdTokenResultExtensions
{
    public static LoginVerdict ToVerdict(this IdTokenResult result) => result switch
    {
        IdTokenResult.Invalid invalid => new LoginVerdict.Rejected(invalid.Sentence, invalid.Detail),
        IdTokenResult.NoKeys noKeys => new LoginVerdict.Unreachable(noKeys.Detail),
        _ => throw new ArgumentOutOfRangeException(nameof(result)),
    };
}
