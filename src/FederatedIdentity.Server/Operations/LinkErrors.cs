using System.Diagnostics;
using FederatedIdentity.Domain.Identities;

namespace FederatedIdentity.Server.Operations;

/// <summary>The API's words for what the linking rules refuse.</summary>
internal static class LinkErrors
{
    public const string GuestsNotSupported = "Unauthenticated access is not supported for this identity pool.";

    public static ApiError Of(LinkRefusal refusal, string? identityId) => refusal switch
    {
        LinkRefusal.Forbidden => ApiError.NotAuthorized($"Access to Identity '{identityId}' is forbidden."),
        LinkRefusal.LoginsDoNotMatch => ApiError.NotAuthorized(
            "Logins don't match. Please include at least one valid login for this identity or identity pool."),
        LinkRefusal.ProviderConflict => ApiError.ResourceConflict("Logins are already linked to another account."),
        LinkRefusal.TooManyLogins => ApiError.InvalidParameter("An identity can have at most 20 linked logins."),
        LinkRefusal.DeveloperLoginTaken => new ApiError(
            "DeveloperUserAlreadyRegisteredException", "This developer user identifier is already registered with Cognito."),
        _ => throw new UnreachableException(),
    };
}
