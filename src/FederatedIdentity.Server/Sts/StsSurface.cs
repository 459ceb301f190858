using static FederatedIdentity.Server.Protocol.Access;

namespace FederatedIdentity.Server.Sts;

/// <summary>The STS actions that are spoken here, and who may call them.</summary>
internal static class StsSurface
{
    public static readonly QueryAction[] Actions =
    [
        QueryAction.Of<GetCallerIdentity, GetCallerIdentityInput, GetCallerIdentityResult>(QueryApi.Sts, Signed),
    ];
}
