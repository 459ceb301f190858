using static FederatedIdentity.Server.Protocol.Access;

namespace FederatedIdentity.Server.Sts;

/// <summary>The STS actions that are spoken here, and who may call them.</summary>
internal static class StsSurface
{
    public static readonly QueryAction[] Actions =
    [
        Of<AssumeRole, AssumeRoleInput, AssumeRoleResult>(Authenticated), // Asks the policies itself: the role's have a say too.
        Of<AssumeRoleWithSAML, AssumeRoleWithSAMLInput, AssumeRoleWithSAMLResult>(Public),
        Of<AssumeRoleWithWebIdentity, AssumeRoleWithWebIdentityInput, AssumeRoleWithWebIdentityResult>(Public),
        Of<GetAccessKeyInfo, GetAccessKeyInfoInput, GetAccessKeyInfoResult>(Signed),
        Of<GetCallerIdentity, GetCallerIdentityInput, GetCallerIdentityResult>(Authenticated),
        Of<GetSessionToken, GetSessionTokenInput, GetSessionTokenResult>(Authenticated),
    ];

    private static QueryAction Of<TAction, TInput, TOutput>(Access access)
        where TAction : class, IOperation<TInput, TOutput>
        where TInput : class, IQueryInput<TInput>
        where TOutput : class =>
        QueryAction.Of<TAction, TInput, TOutput>(QueryApi.Sts, access);
}
