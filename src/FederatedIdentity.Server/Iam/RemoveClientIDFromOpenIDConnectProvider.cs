namespace FederatedIdentity.Server.Iam;

internal sealed record RemoveClientIDFromOpenIDConnectProviderInput(string? OpenIDConnectProviderArn, string? ClientID)
    : IOnOpenIdConnectProvider, IQueryInput<RemoveClientIDFromOpenIDConnectProviderInput>
{
    public static RemoveClientIDFromOpenIDConnectProviderInput Read(QueryForm form) =>
        new(form["OpenIDConnectProviderArn"], form["ClientID"]);

    public void Check(Constraints on) => on
        .String("openIDConnectProviderArn", OpenIDConnectProviderArn, IamShapes.ArnType, required: true)
        .String("clientID", ClientID, IamShapes.ClientIDType, required: true);
}

/// <summary>Takes an audience away from an issuer. One that it does not have is no error.</summary>
internal sealed class RemoveClientIDFromOpenIDConnectProvider(IamRows rows)
    : IOperation<RemoveClientIDFromOpenIDConnectProviderInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(
        RemoveClientIDFromOpenIDConnectProviderInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeOpenIdConnectProviderAsync<NoOutput>(
            input.OpenIDConnectProviderArn!,
            call,
            async (db, provider) =>
            {
                await db.Entry(provider).Collection(row => row.Clients).LoadAsync(ct);
                if (provider.Clients.SingleOrDefault(client => client.ClientId == input.ClientID) is { } gone)
                {
                    provider.Clients.Remove(gone);
                }

                return NoOutput.Instance;
            },
            ct);
}
