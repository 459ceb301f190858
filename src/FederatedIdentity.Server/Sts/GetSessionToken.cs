namespace FederatedIdentity.Server.Sts;

internal sealed record GetSessionTokenInput(long? DurationSeconds, string? SerialNumber, string? TokenCode) : IQueryInput<GetSessionTokenInput>
{
    public static GetSessionTokenInput Read(QueryForm form) =>
        new(form.Number("DurationSeconds"), form["SerialNumber"], form["TokenCode"]);

    public void Check(Constraints on) => on
        .Number("durationSeconds", DurationSeconds, StsShapes.DurationSecondsType)
        .String("serialNumber", SerialNumber, StsShapes.SerialNumberType)
        .String("tokenCode", TokenCode, StsShapes.TokenCodeType);
}

internal sealed record GetSessionTokenResult(SessionGrant Grant, string SessionToken) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.Structure("Credentials", new CredentialsResult(Grant, SessionToken));
}

/// <summary>
/// Temporary credentials with the permissions of the user or root who asks, except for IAM and most of STS. Bearers of temporary
/// credentials cannot prolong them this way.
/// </summary>
internal sealed class GetSessionToken(CredentialIssuer issuer, PrincipalCatalog principals)
    : IOperation<GetSessionTokenInput, GetSessionTokenResult>
{
    private const int DefaultOfUser = 43200;
    private const int LongestOfRoot = 3600;

    public async ValueTask<Outcome<GetSessionTokenResult>> ExecuteAsync(GetSessionTokenInput input, CallContext call, CancellationToken ct)
    {
        var caller = call.Caller!;
        if (caller.Session is not null)
        {
            return QueryErrors.AccessDenied("Cannot call GetSessionToken with session credentials");
        }

        if (input.SerialNumber is not null || input.TokenCode is not null)
        {
            return StsErrors.NoMfa;
        }

        var (path, seconds) = caller.Kind == CallerKind.Root
            ? ("/", Math.Min(input.DurationSeconds ?? LongestOfRoot, LongestOfRoot))
            : ((await principals.FindUserAsync(caller.AccountId, caller.Name, ct))?.Path ?? "/", input.DurationSeconds ?? DefaultOfUser);
        var (grant, token) = issuer.Issue(new SessionDraft(caller.Kind, caller.AccountId, caller.Name, path, caller.UserId), seconds);
        return new GetSessionTokenResult(grant, token);
    }
}
