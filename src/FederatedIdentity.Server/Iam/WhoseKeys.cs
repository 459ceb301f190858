namespace FederatedIdentity.Server.Iam;

/// <summary>
/// Who is meant by a call that may leave the user's name out: the user named or, without a name, the caller. Without
/// <paramref name="UserName"/> it is the root of the caller's account.
/// </summary>
internal sealed record WhoseKeys(string? UserName)
{
    public static Outcome<WhoseKeys> Of(string? userName, CallContext call) => (userName, call.Caller!.Kind) switch
    {
        ({ } named, _) => new WhoseKeys(named),
        (_, CallerKind.User) => new WhoseKeys(call.Caller.Name),
        (_, CallerKind.Root) => new WhoseKeys(UserName: null),
        _ => new ApiError("ValidationError", "Must specify userName when calling with non-User credentials"),
    };
}
