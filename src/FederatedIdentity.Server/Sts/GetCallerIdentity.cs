namespace FederatedIdentity.Server.Sts;

internal sealed record GetCallerIdentityInput : IQueryInput<GetCallerIdentityInput>
{
    public static GetCallerIdentityInput Read(QueryForm form) => new();

    public void Check(Constraints on)
    {
        // The action takes no parameters.
    }
}

internal sealed record GetCallerIdentityResult(string Arn, string UserId, string Account) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.Text("Arn", Arn).Text("UserId", UserId).Text("Account", Account);
}

/// <summary>Says who signed the call. Needs no permission, and no policy can forbid it.</summary>
internal sealed class GetCallerIdentity : IOperation<GetCallerIdentityInput, GetCallerIdentityResult>
{
    public ValueTask<Outcome<GetCallerIdentityResult>> ExecuteAsync(GetCallerIdentityInput input, CallContext call, CancellationToken ct)
    {
        var caller = call.Caller!;
        return new(new GetCallerIdentityResult(caller.Arn, caller.UserId, caller.AccountId));
    }
}
