using FederatedIdentity.Domain.Policies;

namespace FederatedIdentity.Server.Iam;

/// <summary>
/// What a guest of the enhanced flow may do at most, whatever the role allows: the union of the inline and the managed session
/// policy that the real service attaches.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html#access-policies-scope-down-services</remarks>
internal static class GuestPolicies
{
    /// <summary>As STS takes it; without white space it stays below the 2,048 characters of a session policy.</summary>
    public const string Document = """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*","Action":[
            "cloudwatch:*","logs:*","dynamodb:*","kinesis:*","mobileanalytics:*","s3:*","ses:*","sns:*","sqs:*","lambda:*",
            "machinelearning:*","execute-api:*","iot:*","gamelift:*","cognito-identity:*","cognito-idp:*","cognito-sync:*","lex:*",
            "polly:*","comprehend:*","translate:*","transcribe:*","rekognition:*","mobiletargeting:*","firehose:*","appsync:*",
            "personalize:*","codewhisperer:*","sdb:*","sagemaker:InvokeEndpoint","textract:DetectDocumentText",
            "textract:AnalyzeDocument","rum:PutRumEvents"]}]}
        """;

    public static readonly IReadOnlyList<PolicyDocument> ScopeDown =
        PolicyDocument.TryParse(Document, PolicyKind.Identity, out var policy, out var fault)
            ? [policy]
            : throw new InvalidOperationException(fault.ToString());
}
