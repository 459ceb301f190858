using FederatedIdentity.Storage.Postgres.Tables;

namespace FederatedIdentity.Server.Iam;

internal sealed record AddClientIDToOpenIDConnectProviderInput(string? OpenIDConnectProviderArn, string? ClientID)
    : IOnOpenIdConnectProvider, IQueryInput<AddClientIDToOpenIDConnectProviderInput>
{
    public static AddClientIDToOpenIDConnectProviderInput Read(QueryForm form) => new(form["OpenIDConnectProviderArn"], form["ClientID"]);

    public void Check(Constraints on) => on
        .String("openIDConnectProviderArn", OpenIDConnectProviderArn, IamShapes.ArnType, required: true)
        .String("clientID", ClientID, IamShapes.ClientIDType, required: true);
}

/// <summary>Lets an issuer vouch for one more audience. One that it has already is no error.</summary>
internal sealed class AddClientIDToOpenIDConnectProvider(IamRows rows) : IOperation<AddClientIDToOpenIDConnectProviderInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(
        AddClientIDToOpenIDConnectProviderInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeOpenIdConnectProviderAsync<NoOutput>(
            input.OpenIDConnectProviderArn!,
            call,
            async (db, provider) =>
            {
                if (OpenIdConnectRules.ObjectionToClient(input.ClientID!) is { } objection)
                {
                    return objection;
                }

                await db.Entry(provider).Collection(row => row.Clients).LoadAsync(ct);
                if (provider.Clients.Any(client => client.ClientId == input.ClientID))
                {
                    return NoOutput.Instance;
                }

                if (provider.Clients.Count >= OpenIdConnectRules.MostClientIds)
                {
                    return IamErrors.OverQuota("ClientIdsPerOpenIdConnectProvider", OpenIdConnectRules.MostClientIds);
                }

                provider.Clients.Add(new OpenIdConnectProviderClientRow { Arn = provider.Arn, ClientId = input.ClientID! });
                return NoOutput.Instance;
            },
            ct);
}
