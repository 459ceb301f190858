using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record GetAccessKeyLastUsedInput(string? AccessKeyId) : IQueryInput<GetAccessKeyLastUsedInput>
{
    public static GetAccessKeyLastUsedInput Read(QueryForm form) => new(form["AccessKeyId"]);

    public void Check(Constraints on) => on.String("accessKeyId", AccessKeyId, IamShapes.AccessKeyIdType, required: true);

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) =>
        new(deployment.UserArn(accountId, "/", "")) { Entity = new(IamEntityKind.OwnerOfAccessKey, AccessKeyId) };
}

internal sealed record GetAccessKeyLastUsedResult(string? UserName, AccessKeyLastUsed AccessKeyLastUsed) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.Text("UserName", UserName).Structure("AccessKeyLastUsed", AccessKeyLastUsed);
}

internal sealed record AccessKeyLastUsed(DateTimeOffset? LastUsedDate, string ServiceName, string Region) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) =>
        xml.Time("LastUsedDate", LastUsedDate).Text("ServiceName", ServiceName).Text("Region", Region);
}

/// <summary>When an access key last signed a call, and for what; some seconds behind (<see cref="AccessKeyUses"/>).</summary>
internal sealed class GetAccessKeyLastUsed(IDbContextFactory<ControlPlaneDb> databases)
    : IOperation<GetAccessKeyLastUsedInput, GetAccessKeyLastUsedResult>
{
    private const string Never = "N/A";

    public async ValueTask<Outcome<GetAccessKeyLastUsedResult>> ExecuteAsync(
        GetAccessKeyLastUsedInput input, CallContext call, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var key = await db.AccessKeys.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == input.AccessKeyId && row.AccountId == call.AccountId, ct);
        return key is null
            ? IamErrors.NoAccessKey(input.AccessKeyId)
            : new GetAccessKeyLastUsedResult(
                key.UserName, new AccessKeyLastUsed(key.LastUsedAt, key.LastUsedService ?? Never, key.LastUsedRegion ?? Never));
    }
}
