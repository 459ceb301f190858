using FederatedIdentity.Storage.Postgres;

namespace FederatedIdentity.Server.Sts;

internal sealed record GetAccessKeyInfoInput(string? AccessKeyId) : IQueryInput<GetAccessKeyInfoInput>
{
    public static GetAccessKeyInfoInput Read(QueryForm form) => new(form["AccessKeyId"]);

    public void Check(Constraints on) => on.String("accessKeyId", AccessKeyId, StsShapes.AccessKeyIdType, required: true);
}

internal sealed record GetAccessKeyInfoResult(string Account) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.Text("Account", Account);
}

/// <summary>
/// The account of a long-term access key, whether it is active or not. Keys of other accounts are not told from keys that do not exist,
/// and temporary keys are stored nowhere.
/// </summary>
internal sealed class GetAccessKeyInfo(NpgsqlAccessKeys keys) : IOperation<GetAccessKeyInfoInput, GetAccessKeyInfoResult>
{
    public async ValueTask<Outcome<GetAccessKeyInfoResult>> ExecuteAsync(GetAccessKeyInfoInput input, CallContext call, CancellationToken ct) =>
        await keys.FindAsync(input.AccessKeyId!, ct) is { } key && key.AccountId == call.AccountId
            ? new GetAccessKeyInfoResult(key.AccountId)
            : ApiError.Validation("The access key id is not one of this account.");
}
